import { convert, gatherCircuits } from './convert.as';
import { BLOCK, CHUNK, CoreMemory, DRAW_COLUMNS, Scratch } from './declared.as';
import { draw } from './draws.as';
import { product } from './product.as';
import { widen } from './widen.as';

/**
 * Multiplies `batch` int8 vectors of `rows` codes (rows of bytes `inputStride` apart) with a window of one
 * core and stores int16 codes (rows `outputStride` bytes apart). The vectors are the core's multiplications
 * `number`, number + 1, ...
 */
export function multiply(
  core: CoreMemory,
  scratch: Scratch,
  rowStart: u32,
  rows: u32,
  columnStart: u32,
  columns: u32,
  batch: i32,
  inputs: usize,
  inputStride: u32,
  outputs: usize,
  outputStride: u32,
  noise: bool,
  number: u64,
): void {
  const odd = rowStart & 1;
  const pairs = (odd + rows + 1) >> 1;
  const blockStart = columnStart / BLOCK;
  const blocks = (columnStart + columns + BLOCK - 1) / BLOCK - blockStart;
  const blockStride = core.rowPairs * 64;
  const offset = blockStart * blockStride + (rowStart >> 1) * 64;
  const group = (columnStart - blockStart * BLOCK) >> 3;
  const groupStart = columnStart & ~(DRAW_COLUMNS - 1);
  const groupColumns = (columnStart + columns - groupStart + DRAW_COLUMNS - 1) & ~(DRAW_COLUMNS - 1);
  gatherCircuits(core, scratch, columnStart, columnStart + columns);
  for (let done = 0; done < batch; done += CHUNK) {
    const vectors = min(CHUNK, batch - done);
    widen(
      inputs,
      inputStride,
      rows,
      odd,
      scratch.widened,
      noise ? scratch.squared : 0,
      scratch.widenedStride,
      vectors,
    );
    product(
      core.weights + offset,
      blockStride,
      scratch.widened,
      scratch.widenedStride,
      scratch.sums,
      scratch.sumStride,
      pairs,
      blocks,
      vectors,
    );
    if (noise) {
      product(
        core.variances + offset,
        blockStride,
        scratch.squared,
        scratch.widenedStride,
        scratch.sums + 32,
        scratch.sumStride,
        pairs,
        blocks,
        vectors,
      );
    }
    for (let vector = 0; vector < vectors; vector++) {
      if (noise) {
        draw(
          scratch.draws,
          groupStart,
          groupColumns,
          number + <u64>(done + vector),
          core.keys,
          core.counter3,
        );
      }
      convert(
        scratch,
        scratch.sums + <usize>vector * scratch.sumStride + 64 * group,
        scratch.draws + 2 * ((columnStart & ~7) - groupStart),
        columnStart,
        columns,
        outputs,
        noise,
      );
      outputs += outputStride;
    }
    inputs += CHUNK * inputStride;
  }
}
