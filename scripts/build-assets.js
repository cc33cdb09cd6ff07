// Copies what the compiler leaves behind (profiles) next to the compiled code.
import { cpSync, mkdirSync } from 'node:fs';

mkdirSync('dist/emulator', { recursive: true });
cpSync('emulator/profiles', 'dist/emulator/profiles', { recursive: true });
