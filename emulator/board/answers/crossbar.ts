import {
  multiply,
  program,
  programCells,
  pulse,
  read,
  readColumns,
  writeColumns,
} from '../../../protocol/index.js';
import type { Handlers } from '../../firmware/handlers.js';
import {
  checkAnswer,
  checkDistinct,
  checkIndex,
  checkIndices,
  checkInputs,
  checkSpan,
  checkTargets,
  checkWindow,
} from '../../firmware/refusals.js';
import { type BoardParts, MAX_PAYLOAD } from '../parts.js';

/** Answers the commands for crossbars and digital units. */
export function answerCrossbar(handlers: Handlers, board: BoardParts): void {
  const { chip, profile } = board;
  const conductanceMax = Math.round(profile.conductanceMax * 1000);
  handlers
    .on(program, ({ core, targets, tolerance, maxIterations, ...window }) => {
      checkIndex('core', core, profile.cores);
      checkWindow(window, profile);
      checkTargets(targets, conductanceMax);
      return chip.program(core, window, targets, { tolerance, maxIterations });
    })
    .on(programCells, ({ core, rows, columns, targets, tolerance, maxIterations }) => {
      checkIndex('core', core, profile.cores);
      checkIndices('rows', rows, profile.rows);
      checkIndices('columns', columns, profile.columns);
      checkDistinct(rows, columns, profile);
      checkTargets(targets, conductanceMax);
      return chip.programCells(core, { rows, columns }, targets, { tolerance, maxIterations });
    })
    .on(pulse, ({ core, ...pulses }) => {
      checkIndex('core', core, profile.cores);
      checkIndices('rows', pulses.rows, profile.rows);
      checkIndices('columns', pulses.columns, profile.columns);
      checkIndices('devices', pulses.devices, profile.devicesPerPolarity);
      return chip.pulse(core, pulses);
    })
    .on(read, ({ core, ...window }) => {
      checkIndex('core', core, profile.cores);
      checkWindow(window, profile);
      checkAnswer('rows', read.response.fixedBytes + 4 * window.rows * window.columns, MAX_PAYLOAD);
      return { rows: window.rows, columns: window.columns, conductances: chip.read(core, window) };
    })
    .on(multiply, ({ core, cores, batch, inputs, ...window }) => {
      checkSpan('core', core, 'cores', cores, profile.cores);
      checkWindow(window, profile);
      checkInputs(inputs, profile.inputBits);
      checkAnswer('batch', multiply.response.fixedBytes + 2 * batch * cores * window.columns, MAX_PAYLOAD);
      return {
        batch,
        cores,
        columns: window.columns,
        codes: chip.multiply(core, cores, window, batch, inputs),
      };
    })
    .on(readColumns, ({ core, columnStart, columns }) => {
      checkIndex('core', core, profile.cores);
      checkSpan('columnStart', columnStart, 'columns', columns, profile.columns);
      return { columns, ...chip.columnAffine(core, columnStart, columns) };
    })
    .on(writeColumns, ({ core, columnStart, columns, scales, offsets }) => {
      checkIndex('core', core, profile.cores);
      checkSpan('columnStart', columnStart, 'columns', columns, profile.columns);
      chip.setColumnAffine(core, columnStart, scales, offsets);
      return {};
    });
}
