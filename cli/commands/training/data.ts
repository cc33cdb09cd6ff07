import { Command, Option } from 'commander';
import { download } from '../../../data/node/index.js';
import { omniglotArchives } from '../../../data/index.js';
import { jsonOption } from '../../options.js';
import { print } from '../../terminal/output.js';
import { showProgress } from '../../terminal/progress.js';

interface DataOptions {
  out: string;
  set: keyof typeof omniglotArchives;
  json?: boolean;
}

const omniglot = new Command('omniglot')
  .description('download the official archives of Omniglot and check their digests')
  .requiredOption('--out <dir>', 'folder to download to (required)')
  .addOption(
    new Option('--set <name>', 'the two small background sets, or the full background and evaluation sets')
      .choices(Object.keys(omniglotArchives))
      .default('small'),
  )
  .addOption(jsonOption())
  .action(async ({ out, set, json }: DataOptions) => {
    const files: string[] = [];
    for (const archive of omniglotArchives[set]) {
      const progress = showProgress(archive.name);
      const onProgress = (_: unknown, bytes: number) => progress.update(bytes, archive.bytes);
      files.push(await download(archive, out, { onProgress }).finally(() => progress.end()));
    }
    print({ files }, files.join('\n'), json);
  });

export const data = new Command('data').description('download data sets').addCommand(omniglot);
