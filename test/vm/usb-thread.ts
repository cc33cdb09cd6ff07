import { parentPort, workerData } from 'node:worker_threads';
import type { Attachable } from '../../emulator/index.js';
import { listenUsbIp } from '../../emulator/node/index.js';
import type { FromThread, ToThread } from './usb-device.js';

// The thread of usb-device.ts: passes bytes of hosts to the main thread, and bytes of the board to the hosts.

const { identity, port } = workerData as {
  identity: { manufacturer: string; product: string; serial: string };
  port: number;
};
const tell = (message: FromThread) => parentPort?.postMessage(message);
const sends = new Map<number, (bytes: Uint8Array) => void>();
let links = 0;

const relay: Attachable = {
  attach(send, peer) {
    const link = ++links;
    sends.set(link, send);
    tell({ link, peer });
    return { receive: (bytes) => tell({ link, bytes }), close: () => tell({ link, closed: true }) };
  },
};

const endpoint = await listenUsbIp(relay, '127.0.0.1', port, identity);
parentPort?.on('message', ({ link, bytes }: ToThread) => sends.get(link)?.(bytes));
tell({ link: 0 });
void endpoint;
