// Writes the documents that are made from the code. Run by `npm run docs`, after a build.
import { readFileSync, writeFileSync } from 'node:fs';
import { protocolDocument } from '../dist/protocol/index.js';
import { withDumps } from '../dist/test/protocol/documents/porting-guide.js';

writeFileSync('docs/protocol.md', protocolDocument());
writeFileSync('docs/porting.md', await withDumps(readFileSync('docs/porting.md', 'utf8')));
