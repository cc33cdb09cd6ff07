import test from 'ava';
import { checks, runConformance } from '../../conformance/index.js';
import type { Dial } from '../../drivers/index.js';
import { dialFor } from '../../drivers/node/index.js';
import type { EmulatedBoard } from '../../emulator/index.js';
import { createEmulatedBoard } from '../../emulator/node/create-emulated-board.js';
import { type Endpoint, listenTcp, listenUsbIp, loadProfile, openPty } from '../../emulator/node/index.js';
import { usbIpDial } from '../emulator/node/endpoints/usbip-web-usb.js';

type Firmware = EmulatedBoard['firmware'];

const identity = { manufacturer: 'pcm-hil', product: 'emulated PCM board', serial: 'ideal-1' };

const driven = (endpoint: Endpoint): [Endpoint, Dial] => [endpoint, dialFor(endpoint.url)];

/** Endpoints of an emulated board, each with a dial: of the package's drivers, except for USB/IP. */
const transports: Readonly<Record<string, (firmware: Firmware) => Promise<[Endpoint, Dial]>>> = {
  tcp: async (firmware) => driven(await listenTcp(firmware, '127.0.0.1', 0)),
  'a pseudo-terminal opened as a serial port': async (firmware) => driven(await openPty(firmware)),
  'USB/IP': async (firmware) => {
    const endpoint = await listenUsbIp(firmware, '127.0.0.1', 0, identity);
    return [endpoint, usbIpDial(endpoint.port)];
  },
};

for (const [name, listen] of Object.entries(transports)) {
  const onlyPosix = name.startsWith('a pseudo') && process.platform === 'win32' ? test.skip : test;
  onlyPosix(`an emulated board passes every check over ${name}`, async (t) => {
    const board = createEmulatedBoard({ profile: loadProfile('ideal'), seed: 1, token: 'secret' });
    const [endpoint, dial] = await listen(board.firmware);
    t.teardown(() => endpoint.close().then(() => board.close()));
    const options = { destructive: true, patience: 20_000, idle: 50, token: 'secret' };
    const report = await runConformance({ ...options, dial });
    t.deepEqual(
      report.checks.filter(({ outcome }) => outcome === 'failed'),
      [],
    );
    t.is(report.passed + report.skipped, checks.length);
    // A bus and a serial line carry one host at a time; an emulator has its capability, this one no
    // temperature; the chip has the usual size; on a busy machine the board may be quicker than the host.
    t.deepEqual(
      report.checks.filter(
        ({ outcome, detail }) =>
          outcome === 'skipped' &&
          !/one host at a time|has the capability|fit one answer|had done|does not announce/.test(detail),
      ),
      [],
    );
    t.true(report.passed > 150, `${report.passed} checks`);
  });
}
