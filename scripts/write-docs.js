// Writes the documents that are made from the code. Run by `npm run docs`, after a build.
import { writeFileSync } from 'node:fs';
import { protocolDocument } from '../dist/protocol/index.js';

writeFileSync('docs/protocol.md', protocolDocument());
