import type { Mutation } from './mutations.js';

/** Mutants that keep every promise to a host, by the reason; … stands for any text. */
const equivalents: Readonly<Record<string, readonly string[]>> = {
  'cannot happen, whatever a host sends': [
    'protocol/frames/frame-reader.js resynchronise: if (!this.#incoming)…',
    'emulator/firmware/session.js #answer: this.#progress = undefined; -> ;',
    'emulator/firmware/session.js openRefusal: error instanceof Refusal ? … -> true ? …',
    'emulator/board/snapshot-transfer.js : #received = 0; -> #received = 1;',
    'emulator/board/snapshot-transfer.js put: if (error instanceof SnapshotError) -> if (true)',
    'emulator/board/snapshot-transfer.js put: throw error; -> ;',
    'emulator/board/emulated-board.js restore: if (chipBytes < 0) -> if (false)',
    'emulator/board/emulated-board.js restore: if (chipBytes < 0) throw …',
    'emulator/board/emulated-board.js restore: chipBytes < 0 -> chipBytes <…',
  ],
  'costs memory or time alone': [
    'protocol/frames/frame-reader.js #receive: if (piece.length > 0) -> if (true)',
    'protocol/frames/frame-reader.js #receive: piece.length > 0 -> piece.length >= 0',
    'emulator/firmware/refusals.js checkIndices: i < values.length -> i <= values.length',
    'emulator/firmware/refusals.js checkDistinct: chip.rows -> chip.columns',
    'emulator/firmware/refusals.js checkDistinct: i < rows.length -> i <= rows.length',
    'emulator/firmware/session.js #pump: this.#waiting.delete(request.id); -> ;',
    'emulator/firmware/session.js #answer: this.#options.release(request); -> ;',
    'emulator/firmware/session.js #answer: this.#cancelled.delete(id); -> ;',
    'emulator/firmware/session.js #answer: repeated: false -> repeated: true',
    'emulator/firmware/session.js #answer: …this.#options.window…',
    'emulator/firmware/session.js #forget: this.#answers.delete(id); -> ;',
    'emulator/firmware/session.js #forget: if (answer && !answer.repeated) -> if (false)',
    'emulator/firmware/session.js #forget: …this.#memory.give(answer.frame); -> …',
    'emulator/firmware/host.js receive: this.reader.inFrame ? …true ? …',
    'emulator/firmware/host.js close: …',
    'emulator/firmware/firmware.js #leave: this.#hosts.delete(host); -> ;',
    'emulator/firmware/firmware.js #leave: this.#strangers.release(host); -> ;',
    'emulator/firmware/firmware.js load: …',
  ],
  'what becomes of those who do not say hello is tested in test/security, as only a network has them': [
    'emulator/firmware/firmware.js : FIRST_PAYLOAD…',
    'emulator/firmware/firmware.js attach: …',
    'emulator/firmware/firmware.js #onDamage: if (damage.refusal.code === …',
    'emulator/firmware/firmware.js #onDamage: damage.refusal.code === …',
    'emulator/firmware/firmware.js #onDamage: …#endStranger(host); -> …',
    'emulator/firmware/firmware.js #endStranger: …',
    'emulator/firmware/firmware.js #refuseStranger: this.#endStranger(host); -> ;',
    'emulator/firmware/firmware.js #hold: if (previous…',
    'emulator/firmware/firmware.js #hold: previous…',
    'emulator/firmware/firmware.js #hold: this.#strangers.release(host); -> ;',
    'emulator/firmware/host.js constructor: …fromAnyone…',
    'emulator/firmware/host.js constructor: parts.hangUp…',
    'emulator/firmware/host.js constructor: this.#first = …',
    'emulator/firmware/host.js receive: …#first…',
    'emulator/firmware/host.js receive: …#closed…',
    'emulator/firmware/host.js hangUp: …',
    'emulator/firmware/host.js #judge: …',
  ],
  'for how long the board is held is not in the protocol': [
    'emulator/firmware/firmware.js : #heldSince…',
    'emulator/firmware/firmware.js #hold: if (!resumed)…',
    'emulator/firmware/firmware.js #admit: …#heldSince…',
    'emulator/firmware/firmware.js lasting: …',
  ],
  'a limit of the board: hello and information announce whatever it is': [
    'emulator/firmware/firmware.js constructor: this.#options = { token…',
    'emulator/firmware/firmware.js constructor: window: …',
    'emulator/firmware/firmware.js constructor: 512 * 1024 -> …',
    'emulator/firmware/firmware.js constructor: stallAfter: …',
    'emulator/board/emulated-board.js : 64 * 1024 -> …',
  ],
  'serial number, names and the format of a snapshot are a matter of the board': [
    'emulator/board/answers/session.js describe: profile.name.slice…',
    'emulator/board/emulated-board.js : CHECKSUM_BYTES = 4 -> CHECKSUM_BYTES = 5',
    'emulator/board/emulated-board.js #checksum: …this.#crc32(bytes), true) -> …false)',
    'emulator/board/emulated-board.js constructor: this.#seed = seed; -> ;',
    'emulator/board/emulated-board.js serial: …',
  ],
  'the file that the emulator keeps over restarts does not show on the wire': [
    'emulator/board/answers/…keeper…',
    'emulator/board/emulated-board.js …this.keeper…',
    'emulator/board/emulated-board.js constructor: keep ? onChange : undefined -> …',
    // What undoes a change that the file has no room for.
    'emulator/board/emulated-board.js restore: …before.…',
    'emulator/board/answers/session.js answerSession: …, before)…',
  ],
  'a board may do it or not': [
    'protocol/frames/frame-reader.js #damage: this.#inGarbage = true…',
    'emulator/board/snapshot-transfer.js piece: end < whole.length ? whole : undefined -> true…',
    'emulator/board/snapshot-transfer.js piece: end < whole.length -> end <= whole.length',
    'emulator/firmware/session.js receive: if (id === this.#executing?.id) -> if (false)',
    'emulator/firmware/session.js receive: if (this.#progress)…',
    'emulator/firmware/session.js cancel: if (answer) this.#repeat(answer);…-> if (answer) ;…',
    'emulator/firmware/session.js cancel: if (answer) -> if (false)',
  ],
  'start and length together are at fault: either may be named': [
    'emulator/firmware/refusals.js checkSpan: start >= count…',
  ],
  'one byte of garbage more or less is skipped with the next that comes': [
    'protocol/frames/frame-reader.js #skipToSync: this.#rest.length > 0 -> this.#rest.length > 1',
    'protocol/frames/frame-reader.js #skipToSync: at < 0 ? … -> false ? …',
    'protocol/frames/frame-reader.js #skipToSync: this.#rest.length < 2 -> this.#rest.length <= 2',
    'protocol/frames/frame-reader.js #skipToSync: this.#rest.length < 2 -> this.#rest.length < 3',
  ],
  'the second sync byte, which the first of a wrong header leaves behind, is garbage all the same': [
    'protocol/frames/frame-reader.js #begin: this.#garbage(); -> ;',
    'protocol/frames/frame-reader.js #begin: this.#take(1) -> this.#take(2)',
  ],
  'no link of this board writes over the bytes that it handed out': [
    'protocol/frames/frame-reader.js push: this.#rest = new Uint8Array(this.#rest); -> ;',
  ],
  'shows only if a repeated answer is still on its way out when the window has moved on': [
    'emulator/firmware/session.js #repeat: …true…',
    'emulator/firmware/session.js #forget: !answer.repeated -> answer.repeated',
  ],
  'no action of this board answers later and not in steps': [
    'emulator/firmware/session.js #begin: if (outcome instanceof Uint8Array) -> if (false)',
    "emulator/firmware/session.js #finish: 'next' in outcome ? … -> true ? …",
    'emulator/firmware/session.js #finish: await outcome -> outcome',
    'emulator/firmware/handlers.js encoded: if (outcome instanceof Promise) -> if (false)',
    'emulator/firmware/handlers.js encoded: openFrame(response, message, memory) -> …',
    'emulator/firmware/handlers.js encoded: if (outcome instanceof Promise) return … -> …',
  ],
  'this board comes to rest within the same turn of its event loop': [
    'emulator/firmware/firmware.js #onFrame: !this.#session || this.#rest …',
    'emulator/firmware/firmware.js #onHello: await this.#rest…',
    'emulator/firmware/firmware.js #onHello: if (this.#holder !== host || … -> if (false)',
    'emulator/firmware/firmware.js #onHello: this.#holder !== host || …',
    'emulator/firmware/firmware.js #onHello: …#session !== session) return; -> …',
    'emulator/firmware/firmware.js #begin: if (this.#rest === rest) -> if (true)',
    'emulator/firmware/firmware.js #begin: this.#rest = rest; -> ;',
  ],
  'the declaration of the message refuses the one code that 8 bits do not have': [
    'emulator/firmware/refusals.js checkInputs: if (bits === 8) return; -> if (bits === 8) ;',
    'emulator/firmware/refusals.js checkInputs: if (bits === 8) -> if (false)',
    'emulator/firmware/refusals.js checkInputs: bits === 8 -> …',
  ],
  'only the host uses it': ['protocol/frames/frame.js frameAround…', "protocol/frames/frame.js : …'bytes'…"],
  'the memory of a frame was 0 before': [
    'protocol/frames/frame.js sealFrame: bytes.fill(0, 0, HEADER_BYTES); -> ;',
    'protocol/frames/frame.js sealFrame: bytes.fill(0, 0, HEADER_BYTES) -> bytes.fill(0, 1, HEADER_BYTES)',
  ],
  'no board says how cold or warm it may get': [
    'emulator/firmware/refusals.js checkRange: value >= min -> value > min',
    'emulator/firmware/refusals.js checkRange: value <= max -> value < max',
  ],
  'this board has a temperature, and no mode of programming but the statistical one': [
    "emulator/board/answers/session.js describe: …'pulses' ? 1 : 0 -> false ? …",
    "emulator/board/answers/session.js describe: …'pulses' ? 1 : 0 -> …'pulses' ? 2 : 0",
    'emulator/board/answers/session.js describe: profile.temperature ? … -> true ? …',
    'emulator/board/answers/session.js describe: profile.temperature ? … : 0 -> … : 1',
    'emulator/board/emulated-board.js requireTemperature: if (temperature) -> if (true)',
    'emulator/board/emulated-board.js requireTemperature: throw new Refusal(…',
    'emulator/board/answers/emulation.js answerEmulation: board.requireTemperature(); -> ;',
  ],
  'the two are of the same length': [
    'emulator/board/answers/emulation.js answerEmulation: snapshot.response -> snapshot.request',
  ],
  'the clock of a new board may read anything': [
    'emulator/board/emulated-board.js constructor: new Clock(options.clock, 0, time) -> …',
  ],
  'this board has no commands of its own': [
    'emulator/board/emulated-board.js constructor: options.extend?.(handlers, this); -> ;',
  ],
  'the board is switched off': ['emulator/board/emulated-board.js close: this.chip.close(); -> ;'],
};

const patterns = Object.values(equivalents).flat();

function fits(description: string, pattern: string): boolean {
  const parts = pattern.split('…');
  const last = parts.pop()!;
  let from = 0;
  for (const [i, part] of parts.entries()) {
    const at = description.indexOf(part, from);
    if (i === 0 ? at !== 0 : at < 0) return false;
    from = at + part.length;
  }
  return parts.length === 0 ? description === last : description.slice(from).endsWith(last);
}

/**
 * The mutations that a host could notice. Errors: `Error` if an entry of the list fits no mutation any more.
 */
export function withoutEquivalents(mutations: readonly Mutation[]): Mutation[] {
  const stale = patterns.filter(
    (pattern) => !mutations.some(({ description }) => fits(description, pattern)),
  );
  if (stale.length > 0) throw new Error(`equivalents.ts lists what is no longer there:\n${stale.join('\n')}`);
  return mutations.filter(({ description }) => !patterns.some((pattern) => fits(description, pattern)));
}
