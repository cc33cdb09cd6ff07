import test from 'ava';
import { PNG } from 'pngjs';
import { drawStrokes } from '../../../data/index.js';
import { decodeDrawing, decodePhoto } from '../../../data/node/decode-image.js';
import type { Ink } from '../../../data/images/ink.js';
import { darkOnBright } from '../../../data/images/polarity.js';
import { Random } from '../../../network/index.js';

const SIDE = 56;
const drawings = drawStrokes({ classes: 40, drawings: 2, seed: 1, side: SIDE }).flatMap(
  (one) => one.drawings,
);

/** A PNG of a drawing, black on white or white on black. */
function png(drawing: Float32Array, inverted: boolean): Uint8Array {
  const image = new PNG({ width: SIDE, height: SIDE });
  for (const [pixel, value] of drawing.entries()) {
    const grey = Math.round(255 * (inverted ? value : 1 - value));
    image.data.set([grey, grey, grey, 255], 4 * pixel);
  }
  return PNG.sync.write(image);
}

const same = (one: Float32Array, other: Float32Array): boolean =>
  one.every((value, index) => Math.abs(value - other[index]) < 1e-3);

test('white ink on black is the same drawing as black on white, in a data set and as a photo', (t) => {
  for (const drawing of drawings) {
    const [asIs, inverted] = [png(drawing, false), png(drawing, true)];
    t.true(same(decodeDrawing(inverted, 'inverted'), decodeDrawing(asIs, 'as it is')));
    t.true(same(decodePhoto(inverted, 'inverted'), decodePhoto(asIs, 'as it is')));
  }
});

test('black ink on white stays as it is', (t) => {
  for (const values of drawings) {
    const image = { values, width: SIDE, height: SIDE };
    t.is(darkOnBright(image), image);
  }
});

test('no tone but one, shadows and bold drawings are not taken for dark paper', (t) => {
  const random = new Random(1);
  const of = (tone: (x: number, y: number) => number): Ink => ({
    values: Float32Array.from({ length: SIDE * SIDE }, (_, at) => tone(at % SIDE, Math.floor(at / SIDE))),
    width: SIDE,
    height: SIDE,
  });
  const images: Record<string, Ink> = {
    white: of(() => 0),
    black: of(() => 1),
    noise: of(() => 0.9 + random.between(-0.1, 0.1)),
    shadow: of((x) => (x < 40 ? 0.5 : 0.3)),
    bold: of((x, y) => (x > 3 && x < 52 && y > 3 && y < 52 ? 1 : 0)),
    bar: of((x) => (x < 24 ? 1 : 0)),
  };
  for (const [name, image] of Object.entries(images)) t.is(darkOnBright(image), image, name);
});
