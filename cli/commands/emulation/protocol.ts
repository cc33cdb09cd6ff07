import { Command } from 'commander';
import { cHeader, protocolDocument } from '../../../protocol/index.js';
import { print } from '../../terminal/output.js';

export const protocol = new Command('protocol')
  .description('print the protocol, as Markdown or as a C header for firmware')
  .option('--c-header', 'print a C11 header: all constants, and a struct for the fixed part of every payload')
  .action(({ cHeader: asHeader }: { cHeader?: boolean }) => {
    print(undefined, (asHeader ? cHeader() : protocolDocument()).replace(/\n$/, ''), false);
  });
