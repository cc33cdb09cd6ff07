import { isIPv4 } from 'node:net';
import type { EmulatedBoard } from '../../emulator/index.js';
import { type Endpoint, listenTcp, listenUsbIp, openPty } from '../../emulator/node/index.js';
import type { HostAndPort } from '../../drivers/index.js';
import { UsageError } from '../terminal/failure.js';

/** Endpoints that an emulated board answers at. */
export interface Endpoints {
  tcp?: HostAndPort;
  pty?: boolean;
  usbip?: HostAndPort;
}

/** The endpoint of a board for which none is named. */
export const defaultTcp: HostAndPort = { host: '127.0.0.1', port: 7411 };

/**
 * Opens all endpoints, or none. Errors: `EndpointError`; `UsageError` for an address that other machines can
 * reach if there is no token.
 */
export async function openEndpoints(
  { firmware, serial }: Pick<EmulatedBoard, 'firmware' | 'serial'>,
  { pty, usbip, tcp = pty || usbip ? undefined : defaultTcp }: Endpoints,
  token: string,
): Promise<Endpoint[]> {
  for (const address of [tcp, usbip]) if (address) checkReach(address, token);
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

function checkReach({ host }: HostAndPort, token: string): void {
  // A name that begins with 127 may be anyone's.
  const loopback = host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
  if (token !== '' || loopback) return;
  throw new UsageError(
    `Anyone who reaches ${host} could drive the board: set a secret with --token or PCM_TOKEN, or listen on 127.0.0.1.`,
  );
}
