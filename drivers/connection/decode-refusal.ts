import { Refusal, type RefusalCode, refusalMessage } from '../../protocol/index.js';

/** Decodes the payload of a refusal frame. Errors: `Refusal` (bad length) if it is malformed. */
export function decodeRefusal(payload: Uint8Array): Refusal {
  const { code, field, sentence } = refusalMessage.decode(payload);
  return new Refusal(code as RefusalCode, field, sentence);
}
