import {
  advanceClock,
  Capability,
  DeviceFault,
  FrameKind,
  program,
  read,
  readTemperature,
  readUserData,
  restore,
  setFault,
  setTemperature,
  snapshot,
  status,
  writeUserData,
} from '../../protocol/index.js';
import type { Bench } from '../bench.js';
import { type Check, destructive, expect, expectEqual, expectRefusal } from '../check.js';
import { type RawHost, refusalOf, responseOf } from '../raw-host.js';
import { withHost } from '../with-host.js';

/** A check that needs the capability `emulator`. */
const emulation = (name: string, run: Check['run']): Check => ({
  ...destructive(name, run),
  needs: Capability.emulator,
});

const cell = { core: 0, rowStart: 3, rows: 1, columnStart: 4, columns: 1 };

const programCell = (host: RawHost, targets: Uint16Array) =>
  host.get(program, { ...cell, tolerance: 0, maxIterations: 0, targets });

/** Takes a whole snapshot in at least four pieces; `between` runs after the first. */
async function takeSnapshot(
  host: RawHost,
  { limits }: Bench,
  between: () => Promise<unknown> = () => Promise.resolve(),
): Promise<Uint8Array> {
  const maxBytes = limits.maxPayload - snapshot.response.fixedBytes;
  const { total } = await host.get(snapshot, { offset: 0, length: 1 });
  const length = Math.min(maxBytes, Math.ceil(total / 4));
  const whole = new Uint8Array(total);
  for (let offset = 0; offset < total;) {
    const piece = await host.get(snapshot, { offset, length });
    expect(piece.length > 0 && piece.length <= length, `A piece of ${length} bytes has ${piece.length}.`);
    whole.set(piece.data, offset);
    if (offset === 0) await between();
    offset += piece.length;
  }
  return whole;
}

/**
 * Size of a piece to restore: at most a third of the snapshot, with room for one byte more in the payload.
 */
const pieceOf = ({ limits }: Bench, total: number): number =>
  Math.min(limits.maxPayload - restore.request.fixedBytes - 1, Math.ceil(total / 3));

/** Restores the first `bytes` of a snapshot of `total` bytes; `between` runs before each piece. */
async function putBack(
  host: RawHost,
  bench: Bench,
  bytes: Uint8Array,
  total: number,
  between: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const pieceBytes = pieceOf(bench, total);
  for (let offset = 0; offset < bytes.length; offset += pieceBytes) {
    await between();
    const data = bytes.subarray(offset, offset + pieceBytes);
    const { complete } = await host.get(restore, { total, offset, length: data.length, data });
    expectEqual(`complete at offset ${offset}`, complete, offset + data.length === total ? 1 : 0);
  }
}

/** What boards with the capability `emulator` or `temperature` must do. */
export const emulationChecks: readonly Check[] = [
  emulation('advanceClock moves the clock by what was asked', (bench) =>
    withHost(bench, async (host) => {
      const before = (await host.get(status, {})).clock;
      await host.get(advanceClock, { seconds: 0 });
      const { clock } = await host.get(advanceClock, { seconds: 1000 });
      expect(clock >= before + 1000, `The clock reads ${clock} s, ${before} s before.`);
      expect((await host.get(status, {})).clock >= clock, 'The status does not show the new time.');
      expect(clock < before + 2000, `The clock reads ${clock} s, ${before} s before.`);
    }),
  ),

  emulation('a dead device conducts nothing, and can be programmed again when it is made whole', (bench) =>
    withHost(bench, async (host) => {
      const { conductanceMax, devicesPerPolarity } = bench.information;
      await programCell(host, Uint16Array.of(Math.round(0.8 * conductanceMax), 0));
      const setAll = async (fault: DeviceFault) => {
        for (let device = 0; device < devicesPerPolarity; device++) {
          await host.get(setFault, { core: 0, row: 3, column: 4, polarity: 0, device, fault });
        }
        return (await host.get(read, cell)).conductances[0];
      };
      expectEqual('the conductance of dead devices', await setAll(DeviceFault.dead), 0);
      await setAll(DeviceFault.none);
      await programCell(host, Uint16Array.of(Math.round(0.8 * conductanceMax), 0));
      const whole = (await host.get(read, cell)).conductances[0];
      expect(whole > conductanceMax / 2, `The conductance of the repaired devices is ${whole} nS.`);
      await programCell(host, new Uint16Array(2));
    }),
  ),

  emulation('setFault reaches the last device of the last core', (bench) =>
    withHost(bench, async (host) => {
      const { cores, rows, columns, devicesPerPolarity } = bench.information;
      const last = { core: cores - 1, row: rows - 1, column: columns - 1, polarity: 1 };
      await host.get(setFault, { ...last, device: devicesPerPolarity - 1, fault: DeviceFault.none });
    }),
  ),

  {
    ...destructive('a warmer chip says so, conducts more, and goes back', (bench) =>
      withHost(bench, async (host) => {
        const { celsius } = await host.get(readTemperature, {});
        const conductance = async () => {
          const reads = [];
          for (let count = 0; count < 16; count++) reads.push((await host.get(read, cell)).conductances[0]);
          return reads.reduce((sum, value) => sum + value, 0) / reads.length;
        };
        await programCell(host, Uint16Array.of(Math.round(0.4 * bench.information.conductanceMax), 0));
        const before = await conductance();
        await host.get(setTemperature, { celsius: celsius + 20 });
        expectEqual('the temperature', (await host.get(readTemperature, {})).celsius, celsius + 20);
        const warm = await conductance();
        expect(warm > before, `It conducts ${warm} nS, and ${before} nS at a temperature 20 degrees lower.`);
        await host.get(setTemperature, { celsius });
        expectEqual('the temperature', (await host.get(readTemperature, {})).celsius, celsius);
        await programCell(host, new Uint16Array(2));
      }),
    ),
    needs: Capability.temperature,
  },

  emulation('a snapshot goes back piece by piece and takes effect with the last', (bench) =>
    withHost(bench, async (host) => {
      const { conductanceMax } = bench.information;
      await programCell(host, Uint16Array.of(Math.round(0.8 * conductanceMax), 0));
      const whole = await takeSnapshot(host, bench, () => programCell(host, new Uint16Array(2)));
      await putBack(host, bench, whole, whole.length, async () => {
        const before = (await host.get(read, cell)).conductances[0];
        expect(before < conductanceMax / 2, 'The snapshot took effect before its last piece.');
      });
      const after = (await host.get(read, cell)).conductances[0];
      expect(after > conductanceMax / 2, `The cell reads ${after} nS after the snapshot went back.`);
      const behind = { total: whole.length, offset: whole.length, length: 0, data: new Uint8Array() };
      const refusal = await host.refused(restore, restore.request.encode(behind));
      expectRefusal(refusal, 'outOfRange', 'offset', 'length', 'total');
      await programCell(host, new Uint16Array(2));
    }),
  ),

  emulation('a snapshot holds the user area and the clock as well', (bench) =>
    withHost(bench, async (host) => {
      const { clock } = await host.get(status, {});
      const whole = await takeSnapshot(host, bench);
      await host.get(advanceClock, { seconds: 1000 });
      const { userBytes } = bench.information;
      const end = { offset: Math.max(0, userBytes - 4), length: Math.min(4, userBytes) };
      const kept = end.length > 0 ? (await host.get(readUserData, end)).data : new Uint8Array();
      const changed = kept.map((byte) => byte ^ 0xff);
      if (end.length > 0) await host.get(writeUserData, { ...end, data: changed });
      await putBack(host, bench, whole, whole.length);
      const after = (await host.get(status, {})).clock;
      expect(after < clock + 1000, `The clock reads ${after} s, in the snapshot it read ${clock} s.`);
      if (end.length === 0) return;
      expectEqual('the end of the user area', (await host.get(readUserData, end)).data.join(), kept.join());
    }),
  ),

  emulation('a damaged snapshot is refused and changes nothing: outOfRange', (bench) =>
    withHost(bench, async (host) => {
      const { conductanceMax } = bench.information;
      const whole = await takeSnapshot(host, bench);
      whole[whole.length >> 1] ^= 1;
      await programCell(host, Uint16Array.of(Math.round(0.8 * conductanceMax), 0));
      const total = whole.length;
      const last = Math.floor((total - 1) / pieceOf(bench, total)) * pieceOf(bench, total);
      await putBack(host, bench, whole.subarray(0, last), total);
      const end = (data: Uint8Array) =>
        restore.request.encode({ total, offset: last, length: data.length, data });
      const tooLong = new Uint8Array(total - last + 1);
      expectRefusal(await host.refused(restore, end(tooLong)), 'outOfRange', 'offset', 'length', 'total');
      expectRefusal(await host.refused(restore, end(whole.subarray(last))), 'outOfRange', 'data');
      const after = (await host.get(read, cell)).conductances[0];
      expect(after > conductanceMax / 2, `The cell reads ${after} nS after a snapshot that was refused.`);
      await programCell(host, new Uint16Array(2));
    }),
  ),

  emulation('a piece of a snapshot is no longer than asked, nor than fits maxPayload', (bench) =>
    withHost(bench, async (host) => {
      for (const length of [1, 0xffffffff]) {
        const piece = await host.get(snapshot, { offset: 0, length });
        expect(piece.length > 0 && piece.length <= length, `A piece of ${length} bytes has ${piece.length}.`);
      }
    }),
  ),

  emulation('a piece of a snapshot beyond its end is refused: outOfRange', (bench) =>
    withHost(bench, async (host) => {
      const { total } = await host.get(snapshot, { offset: 0, length: 1 });
      const beyond = snapshot.request.encode({ offset: total, length: 1 });
      expectRefusal(await host.refused(snapshot, beyond), 'outOfRange', 'offset');
    }),
  ),

  emulation('a later piece of a snapshot that was taken whole is answered or refused: outOfRange', (bench) =>
    withHost(bench, async (host) => {
      const whole = await takeSnapshot(host, bench);
      const id = host.nextId++;
      host.send(snapshot, id, snapshot.request.encode({ offset: 1, length: 1 }));
      const answer = await host.answer(id);
      if (answer.kind === FrameKind.refusal) return expectRefusal(refusalOf(answer), 'outOfRange', 'offset');
      expectEqual('the piece', responseOf(snapshot, answer).data.join(), String(whole[1]));
    }),
  ),

  emulation('a piece of a snapshot that leaves a gap, or of another size, is refused: outOfRange', (bench) =>
    withHost(bench, async (host) => {
      const { total } = await host.get(snapshot, { offset: 0, length: 1 });
      const payload = (values: { total: number; offset: number }) =>
        restore.request.encode({ ...values, length: 4, data: new Uint8Array(4) });
      expectRefusal(
        await host.refused(restore, payload({ total: total + 1, offset: 0 })),
        'outOfRange',
        'total',
        'data',
      );
      await host.get(restore, { total, offset: 0, length: 4, data: new Uint8Array(4) });
      expectRefusal(await host.refused(restore, payload({ total, offset: 8 })), 'outOfRange', 'offset');
      const other = payload({ total: total + 1, offset: 4 });
      expectRefusal(await host.refused(restore, other), 'outOfRange', 'total');
      const again = await host.get(restore, { total, offset: 0, length: 4, data: new Uint8Array(4) });
      expectEqual('complete if it begins again', again.complete, 0);
    }),
  ),
];
