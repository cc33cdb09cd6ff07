import type { Ink } from './ink.js';
import { twoTones } from './tones.js';

/** Minimum difference of the two tones of a drawing: below it, shadows on one paper may differ as much. */
const MIN_CONTRAST = 0.3;
/** Dark share of the edge from which on the paper is dark; a stroke may leave the image. */
const MIN_DARK_EDGE = 0.75;

/**
 * Makes bright ink on dark paper, as in MNIST or on a blackboard, dark ink on bright paper; any other image stays as
 * it is. Paper is dark if the darker of an image's two tones covers most of the image and three quarters of its
 * edge.
 */
export function darkOnBright(image: Ink): Ink {
  const { values } = image;
  const { paper, ink } = twoTones(values);
  if (ink - paper < MIN_CONTRAST) return image;
  const middle = (paper + ink) / 2;
  const edge = edgeOf(image);
  const share = (tones: Float32Array) => tones.filter((tone) => tone > middle).length / tones.length;
  if (share(values) <= 0.5 || share(edge) < MIN_DARK_EDGE) return image;
  return { ...image, values: values.map((value) => 1 - value) };
}

/** The outermost pixels. */
function edgeOf({ values, width, height }: Ink): Float32Array {
  return values.filter((_, index) => {
    const [x, y] = [index % width, Math.floor(index / width)];
    return x === 0 || y === 0 || x === width - 1 || y === height - 1;
  });
}
