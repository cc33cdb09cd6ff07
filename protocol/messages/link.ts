import { rest, text, u16, u32 } from '../declaration/fields.js';
import { struct } from '../declaration/struct.js';

/** Payload of a refusal frame. */
export const refusalMessage = struct({
  code: u16('reason; see the table of refusals'),
  field: text(30, 'name of the field at fault, or empty'),
  sentence: rest('one sentence for the user'),
});

/** Payload of a progress frame, sent by long commands. */
export const progressMessage = struct({
  done: u32('steps done'),
  total: u32('steps in all'),
});
