import { InvalidArgumentError } from 'commander';
import type { EmulatedBoard } from '../../emulator/index.js';
import { type Endpoint, listenTcp, listenUsbIp, openPty } from '../../emulator/node/index.js';
import { UsageError } from '../terminal/failure.js';

export interface Place {
  host: string;
  port: number;
}

/** Where an emulated board is to answer. */
export interface Endpoints {
  tcp?: Place;
  pty?: boolean;
  usbip?: Place;
}

/** Where it answers when nothing is said. */
const usual: Place = { host: '127.0.0.1', port: 7411 };

/** Opens all endpoints, or none. Errors: `EndpointError`; `UsageError` for a place beyond this machine without a token. */
export async function openEndpoints(
  { firmware, serial }: Pick<EmulatedBoard, 'firmware' | 'serial'>,
  { pty, usbip, tcp = pty || usbip ? undefined : usual }: Endpoints,
  token: string,
): Promise<Endpoint[]> {
  for (const place of [tcp, usbip]) if (place) checkReach(place, token);
  const endpoints: Endpoint[] = [];
  try {
    if (tcp) endpoints.push(await listenTcp(firmware, tcp.host, tcp.port));
    if (pty) endpoints.push(await openPty(firmware));
    if (usbip) {
      const identity = { manufacturer: 'pcm-hil', product: 'emulated PCM board', serial };
      endpoints.push(await listenUsbIp(firmware, usbip.host, usbip.port, identity));
    }
    return endpoints;
  } catch (error) {
    await Promise.all(endpoints.map((endpoint) => endpoint.close()));
    throw error;
  }
}

function checkReach({ host }: Place, token: string): void {
  if (token !== '' || host === 'localhost' || host === '::1' || /^127\./.test(host)) return;
  throw new UsageError(
    `Whoever reaches ${host} could drive the board: set a secret with --token or PCM_TOKEN, or listen on 127.0.0.1.`,
  );
}

/** Parses HOST:PORT. */
export function place(text: string): Place {
  const match = /^(\[[^\]]+\]|[^:]+):(\d{1,5})$/.exec(text);
  const port = Number(match?.[2]);
  if (!match || port > 65535) throw new InvalidArgumentError('Write HOST:PORT, say 127.0.0.1:7411.');
  return { host: match[1].replace(/^\[|\]$/g, ''), port };
}
