import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Attachable, HostLink } from '../../emulator/index.js';

/** Message from the thread: a new link, received bytes, or the end of a link. */
export type FromThread = { link: number; peer?: string; bytes?: Uint8Array; closed?: boolean };
/** Message to the thread: bytes from the board. */
export type ToThread = { link: number; bytes: Uint8Array };

/**
 * Offers a board of this thread over USB/IP from another thread. If a process drives the device that it
 * emulates, the kernel may block its main thread until the device answers; with one thread that would be a
 * deadlock.
 */
export async function offerFromThread(
  board: Attachable,
  identity: { manufacturer: string; product: string; serial: string },
  port = 3240,
): Promise<{ close(): Promise<void> }> {
  const links = new Map<number, HostLink>();
  const worker = new Worker(new URL('usb-thread.js', import.meta.url), { workerData: { identity, port } });
  await once(worker, 'message');
  worker.on('message', ({ link, peer, bytes, closed }: FromThread) => {
    if (peer !== undefined) {
      const send = (answer: Uint8Array) => worker.postMessage({ link, bytes: answer } satisfies ToThread);
      links.set(link, board.attach(send, peer));
    }
    if (bytes) links.get(link)?.receive(bytes);
    if (closed) links.get(link)?.close();
  });
  return { close: async () => void (await worker.terminate()) };
}
