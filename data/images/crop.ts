import type { Ink } from './ink.js';

/** Fraction of the square that the longer side of the drawing fills. */
const FILL = 0.75;
/** Spots smaller than this fraction of the largest one are dirt, not part of the drawing. */
const DIRT = 0.03;

interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** The square around a drawing, with a margin of paper; the whole image if nothing is drawn. */
export function cropToDrawing(image: Ink): Ink {
  const spots = spotsOf(image);
  const largest = Math.max(...spots.map(({ pixels }) => pixels));
  const boxes = spots.filter(({ pixels }) => pixels >= DIRT * largest).map(({ box }) => box);
  if (boxes.length === 0) return image;
  const left = Math.min(...boxes.map((box) => box.left));
  const top = Math.min(...boxes.map((box) => box.top));
  const right = Math.max(...boxes.map((box) => box.right)) + 1;
  const bottom = Math.max(...boxes.map((box) => box.bottom)) + 1;
  const side = Math.max(4, Math.round(Math.max(right - left, bottom - top) / FILL));
  return cut(image, Math.round((left + right - side) / 2), Math.round((top + bottom - side) / 2), side);
}

/** A square of an image; paper beyond its edges. */
function cut({ values, width, height }: Ink, left: number, top: number, side: number): Ink {
  const square = Float32Array.from({ length: side * side }, (_, index) => {
    const [x, y] = [left + (index % side), top + Math.floor(index / side)];
    return x >= 0 && x < width && y >= 0 && y < height ? values[y * width + x] : 0;
  });
  return { values: square, width: side, height: side };
}

/** Connected spots of ink, diagonals included, each with its size and extent. */
function spotsOf({ values, width, height }: Ink): { pixels: number; box: Box }[] {
  const open = Uint8Array.from(values, (value) => (value > 0.5 ? 1 : 0));
  const spots: { pixels: number; box: Box }[] = [];
  for (let start = open.indexOf(1); start >= 0; start = open.indexOf(1, start)) {
    const box = { left: width, top: height, right: -1, bottom: -1 };
    const stack = [start];
    let pixels = 0;
    open[start] = 0;
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      const [x, y] = [at % width, Math.floor(at / width)];
      pixels++;
      box.left = Math.min(box.left, x);
      box.right = Math.max(box.right, x);
      box.top = Math.min(box.top, y);
      box.bottom = Math.max(box.bottom, y);
      for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row++)
        for (let column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column++) {
          const next = row * width + column;
          if (open[next] === 0) continue;
          open[next] = 0;
          stack.push(next);
        }
    }
    spots.push({ pixels, box });
  }
  return spots;
}
