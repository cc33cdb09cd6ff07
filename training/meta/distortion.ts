import type { Drawing, Random } from '../../network/index.js';

/** Maximum distortions; each drawing gets a uniformly random one. */
export interface Distortion {
  /** Shift in pixels in each direction. */
  shift: number;
  /** Difference of each entry of the linear map from the identity (rotation, shear, stretch). */
  linear: number;
}

/** A linear map of the plane, row by row, and a shift in pixels, from target to source. */
export interface AffineMap {
  linear: readonly [xx: number, xy: number, yx: number, yy: number];
  shift: readonly [x: number, y: number];
}

/** The map that changes nothing. */
export const identity: AffineMap = { linear: [1, 0, 0, 1], shift: [0, 0] };

/** Draws a random map around `scale` times the identity. */
export function randomMap({ shift, linear }: Distortion, scale: number, random: Random): AffineMap {
  const entry = (value: number) => value + random.between(-linear, linear);
  return {
    linear: [entry(scale), entry(0), entry(0), entry(scale)],
    shift: [random.between(-shift, shift), random.between(-shift, shift)],
  };
}

/** The map with left and right swapped. */
export function mirrored({ linear: [xx, xy, yx, yy], shift }: AffineMap): AffineMap {
  return { linear: [-xx, xy, -yx, yy], shift };
}

/** The map that is `first`, then `second`, about the centre. */
export function compose(first: AffineMap, second: AffineMap): AffineMap {
  const [axx, axy, ayx, ayy] = second.linear;
  const [bxx, bxy, byx, byy] = first.linear;
  const [x, y] = first.shift;
  return {
    linear: [axx * bxx + axy * byx, axx * bxy + axy * byy, ayx * bxx + ayy * byx, ayx * bxy + ayy * byy],
    shift: [axx * x + axy * y + second.shift[0], ayx * x + ayy * y + second.shift[1]],
  };
}

/**
 * Draws a drawing under an affine map about the centre, with bilinear interpolation and paper outside, over
 * the image in `target` at `offset`. The darker ink of the two stays.
 */
export function drawMapped(
  drawing: Drawing,
  { linear, shift }: AffineMap,
  target: Float32Array,
  offset: number,
): void {
  const side = Math.sqrt(drawing.length);
  const centre = (side - 1) / 2;
  const [xx, xy, yx, yy] = linear;
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const x = xx * (column - centre) + xy * (row - centre) + centre + shift[0];
      const y = yx * (column - centre) + yy * (row - centre) + centre + shift[1];
      const at = offset + row * side + column;
      target[at] = Math.max(target[at], bilinear(drawing, side, x, y));
    }
  }
}

function bilinear(drawing: Drawing, side: number, x: number, y: number): number {
  const left = Math.floor(x);
  const top = Math.floor(y);
  const ink = (column: number, row: number) =>
    column < 0 || row < 0 || column >= side || row >= side ? 0 : drawing[row * side + column];
  const upper = ink(left, top) + (x - left) * (ink(left + 1, top) - ink(left, top));
  const lower = ink(left, top + 1) + (x - left) * (ink(left + 1, top + 1) - ink(left, top + 1));
  return upper + (y - top) * (lower - upper);
}
