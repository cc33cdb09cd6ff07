import { Capability } from '../../../protocol/index.js';
import { type BoardRecord, readRecord } from '../../../runtime/index.js';
import { withBoard } from '../../board/board.js';
import { BoardCommand, type BoardOptions, jsonOption } from '../../options.js';
import { formatDuration, print, table } from '../../terminal/output.js';

export const info = new BoardCommand('info')
  .description('show what a board is, its counters and the model it holds')
  .addBoardOptions()
  .addOption(jsonOption())
  .action(async (options: BoardOptions & { json?: boolean }) => {
    const result = await withBoard(options, async (board) => {
      const { conductanceMax, adcStep, programming, capabilities, ...information } = board.information;
      const { clock, ...counters } = await board.status();
      const record = await readRecord(board);
      return {
        board: options.board,
        ...information,
        conductanceMaxMicrosiemens: conductanceMax / 1000,
        adcStepMicrosiemens: adcStep / 1000,
        programming: programming === 0 ? 'statistical' : 'pulses',
        capabilities: capabilitiesOf(capabilities),
        clockSeconds: clock,
        ...Object.fromEntries(Object.entries(counters).map(([name, count]) => [name, Number(count)])),
        ...whatIsHeld(record, clock),
      };
    });
    const { clockSeconds } = result;
    const clock =
      clockSeconds < 60 ? {} : { clockSeconds: `${clockSeconds} (${formatDuration(clockSeconds)})` };
    const shown = { ...result, ...clock, ...describeHeld(result) };
    print(result, table(Object.entries(shown).map(([name, value]) => [name, describe(value)])), options.json);
  });

/** What the record of a board says of its model and its calibration, and of work that was interrupted. */
function whatIsHeld({ model, calibration, calibrationInterrupted }: BoardRecord, clock: number) {
  const interrupted = [
    ...(model && !model.complete ? ['flash'] : []),
    ...(model?.interrupted && !calibrationInterrupted ? ['refresh'] : []),
    ...(calibrationInterrupted ? ['calibrate'] : []),
  ];
  return {
    model: model ? { name: model.name, complete: model.complete, faults: model.faults ?? null } : null,
    calibration: calibration
      ? { at: calibration.at, ageSeconds: Math.max(0, clock - calibration.clock) }
      : null,
    interrupted,
  };
}

function describeHeld({ model, calibration, interrupted }: ReturnType<typeof whatIsHeld>) {
  const state = model?.complete ? (model.faults ?? 'complete') : 'flashed in part';
  return {
    model: model ? `${model.name}: ${state}` : 'none',
    calibration: calibration
      ? `${calibration.at}, ${formatDuration(calibration.ageSeconds)} ago on the board's clock`
      : 'none',
    interrupted:
      interrupted.map((command) => `${command}; run 'pcm ${command}' again`).join(', ') || 'nothing',
  };
}

const capabilitiesOf = (bits: number): string[] =>
  Object.entries(Capability).flatMap(([name, bit]) => (bits & bit ? [name] : []));

const describe = (value: unknown): string =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
