// Records the golden answers of the emulated boards, from the plain path (test/emulator/board/golden.json).
import { writeFileSync } from 'node:fs';
import { plainBackend } from '../dist/emulator/chip/plain-backend.js';
import { goldenProfiles } from '../dist/test/emulator/board/golden-log.js';
import { goldenFile, replay } from '../dist/test/emulator/board/golden-replay.js';

const golden = {};
for (const name of Object.keys(goldenProfiles)) golden[name] = await replay(name, plainBackend());
writeFileSync(goldenFile, `${JSON.stringify(golden, null, 2)}\n`);
