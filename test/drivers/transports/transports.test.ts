import test from 'ava';
import { LinkError, memoryDial } from '../../../drivers/index.js';
import { dialFor } from '../../../drivers/node/index.js';
import { openPty } from '../../../emulator/node/endpoints/pty.js';
import { listenTcp } from '../../../emulator/node/endpoints/tcp.js';
import type { HostLink } from '../../../emulator/firmware/host.js';
import { ConformanceBoard } from '../conformance-board.js';
import { type TransportUnderTest, transportChecks } from './transport-conformance.js';

const transports: Record<string, () => Promise<TransportUnderTest>> = {
  memory: async () => {
    const board = new ConformanceBoard();
    const links = new Set<HostLink>();
    let plugged = true;
    let unplugLink = () => {};
    const dial = memoryDial('memory:', (send) => {
      if (!plugged) throw new LinkError('unplugged');
      const link = board.firmware.attach(send, 'memory number 1');
      links.add(link);
      return link;
    });
    return {
      board,
      dial: async (signal) => {
        const transport = await dial(signal);
        unplugLink = () => void transport.close();
        return transport;
      },
      second: memoryDial('memory:', (send) => board.firmware.attach(send, 'memory number 2')),
      heldBy: /held by conformance at memory number 1/,
      unplug: async () => {
        plugged = false;
        unplugLink();
      },
    };
  },
  tcp: async () => {
    const board = new ConformanceBoard();
    const endpoint = await listenTcp(board.firmware, '127.0.0.1', 0);
    const dial = dialFor(endpoint.url);
    return { board, dial, second: dial, heldBy: /at 127\.0\.0\.1:\d+/, unplug: () => endpoint.close() };
  },
  pty: async () => {
    const board = new ConformanceBoard();
    const endpoint = await openPty(board.firmware);
    const dial = dialFor(`${endpoint.url}?baudRate=3000000`);
    const heldBy =
      process.platform === 'linux' ? new RegExp(`held by .*process ${process.pid}\\)`) : /held by/;
    return { board, dial, second: dial, heldBy, unplug: () => endpoint.close() };
  },
  'pty and tcp in front of one board': async () => {
    const board = new ConformanceBoard();
    const tcp = await listenTcp(board.firmware, '127.0.0.1', 0);
    const pty = await openPty(board.firmware);
    return {
      board,
      dial: dialFor(pty.url),
      second: dialFor(tcp.url),
      heldBy: new RegExp(`held by conformance at ${pty.url.slice('serial:'.length)}`),
      unplug: () => Promise.all([tcp.close(), pty.close()]).then(() => undefined),
    };
  },
};

for (const [name, make] of Object.entries(transports)) {
  if (name.startsWith('pty') && process.platform === 'win32') continue;
  test.serial(name, async (t) => {
    const transport = await make();
    for (const [what, check] of Object.entries(transportChecks)) {
      await t.notThrowsAsync(check(transport), what);
    }
  });
}
