import { readFileSync } from 'node:fs';
import test from 'ava';
import { format, resolveConfig } from 'prettier';
import { protocolDocument } from '../../../protocol/index.js';

test('docs/protocol.md is what the declarations say', async (t) => {
  const path = 'docs/protocol.md';
  const expected = await format(protocolDocument(), { ...(await resolveConfig(path)), parser: 'markdown' });
  t.is(readFileSync(path, 'utf8'), expected, 'docs/protocol.md is stale: run npm run docs');
});
