import type { SerialPort } from 'serialport';

/** `UV_READABLE` and `UV_WRITABLE` of libuv. */
const flags = { readable: 1, writable: 2 } as const;

interface Poller {
  poll(flags: number): void;
  listenerCount(event: keyof typeof flags): number;
}

/**
 * Makes an open port wait for reading and writing at the same time. In serialport 13 (bindings-cpp 13.0.0,
 * `Poller::poll`) the later wait replaces the earlier one, so that a long write stalls until something is
 * read. On Windows there is no poller.
 */
export function waitForBoth(port: SerialPort): void {
  const poller = (port.port as { poller?: Poller } | undefined)?.poller;
  if (!poller) return;
  const poll = poller.poll.bind(poller);
  const awaited = (event: keyof typeof flags) => (poller.listenerCount(event) > 0 ? flags[event] : 0);
  poller.poll = (wanted) => poll(wanted | awaited('readable') | awaited('writable'));
}
