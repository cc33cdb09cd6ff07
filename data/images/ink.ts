/** An image [height, width]: ink 1, paper 0. */
export interface Ink {
  values: Float32Array;
  width: number;
  height: number;
}

/** Resizes an image: each pixel is the mean of the source area below it, edges weighted by their share. */
export function resample(image: Ink, width: number, height: number): Ink {
  const columns = overlaps(image.width, 0, image.width, width);
  const rows = overlaps(image.height, 0, image.height, height);
  return { values: mean(image, rows, columns), width, height };
}

/** Resizes an image to [side, side]; one that is not square is centred on a square of paper. */
export function areaAverage(image: Ink, side: number): Float32Array {
  const { width, height } = image;
  const extent = Math.max(width, height);
  const columns = overlaps(width, (extent - width) / 2, extent, side);
  const rows = overlaps(height, (extent - height) / 2, extent, side);
  return mean(image, rows, columns);
}

/**
 * Pixels of the source under one pixel of the target, in one direction, and the share of it that each covers.
 */
type Overlap = { index: number; share: number }[];

function mean({ values, width }: Ink, rows: Overlap[], columns: Overlap[]): Float32Array {
  const target = new Float32Array(rows.length * columns.length);
  for (const [y, row] of rows.entries()) {
    for (const [x, column] of columns.entries()) {
      let sum = 0;
      for (const vertical of row)
        for (const horizontal of column)
          sum += vertical.share * horizontal.share * values[vertical.index * width + horizontal.index];
      target[y * columns.length + x] = sum;
    }
  }
  return target;
}

function overlaps(size: number, margin: number, extent: number, side: number): Overlap[] {
  const step = extent / side;
  return Array.from({ length: side }, (_, target) => {
    const begin = target * step - margin;
    const end = begin + step;
    const shares = [];
    for (let index = Math.max(0, Math.floor(begin)); index < Math.min(size, Math.ceil(end)); index++)
      shares.push({ index, share: (Math.min(end, index + 1) - Math.max(begin, index)) / step });
    return shares;
  });
}
