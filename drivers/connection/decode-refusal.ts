import { Refusal, type RefusalCode, refusalMessage } from '../../protocol/index.js';

/** The refusal that the payload of a refusal frame holds. */
export function decodeRefusal(payload: Uint8Array): Refusal {
  const { code, field, sentence } = refusalMessage.decode(payload);
  return new Refusal(code as RefusalCode, field, sentence);
}
