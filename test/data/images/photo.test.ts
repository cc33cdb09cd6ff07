import test from 'ava';
import { type Ink, areaAverage } from '../../../data/images/ink.js';
import { cleanPhoto } from '../../../data/images/photo.js';
import { Random } from '../../../network/numerics/random.js';

interface Shot {
  width: number;
  height: number;
  /** Centre and half the side of the drawing, in pixels. */
  centre: [number, number];
  half: number;
  paper: number;
  ink: number;
  /** How much darker the paper is at the right than at the left. */
  light?: number;
  noise?: number;
}

/** A photo of the letter T, whose strokes are a fifth of its side wide. */
function letter({ width, height, centre, half, paper, ink, light = 0, noise = 0 }: Shot): Ink {
  const random = new Random(1);
  const values = Float32Array.from({ length: width * height }, (_, index) => {
    const x = ((index % width) - centre[0]) / half;
    const y = (Math.floor(index / width) - centre[1]) / half;
    const drawn = Math.abs(x) < 1 && Math.abs(y) < 1 && (y < -0.6 || Math.abs(x) < 0.2);
    const shade = light * ((index % width) / width - 0.5);
    return (drawn ? ink : paper) + shade + random.between(-noise, noise);
  });
  return { values, width, height };
}

const plain = letter({ width: 200, height: 200, centre: [100, 100], half: 75, paper: 0, ink: 1 });

/** Mean difference to the plain drawing, at the resolution of the network. */
function difference(photo: Ink): number {
  const [cleaned, expected] = [areaAverage(cleanPhoto(photo), 28), areaAverage(cleanPhoto(plain), 28)];
  return cleaned.reduce((sum, value, index) => sum + Math.abs(value - expected[index]), 0) / expected.length;
}

test('a clean drawing that fills its paper stays as it is', (t) => {
  const [cleaned, expected] = [areaAverage(cleanPhoto(plain), 28), areaAverage(plain, 28)];
  const error = cleaned.reduce((sum, value, index) => sum + Math.abs(value - expected[index]), 0) / 784;
  t.true(error < 0.05, `${error}`);
});

test('grey paper, pale ink, uneven light, noise, size and place make no difference', (t) => {
  const shots: Record<string, Shot> = {
    grey: { width: 200, height: 200, centre: [100, 100], half: 75, paper: 0.4, ink: 0.9 },
    pale: { width: 200, height: 200, centre: [100, 100], half: 75, paper: 0.1, ink: 0.35 },
    uneven: { width: 200, height: 200, centre: [100, 100], half: 75, paper: 0.3, ink: 0.8, light: 0.2 },
    small: { width: 400, height: 300, centre: [300, 90], half: 40, paper: 0.3, ink: 0.8, noise: 0.04 },
    large: { width: 900, height: 1200, centre: [400, 700], half: 380, paper: 0.2, ink: 0.7, light: 0.1 },
  };
  for (const [name, shot] of Object.entries(shots)) {
    const error = difference(letter(shot));
    t.true(error < 0.04, `${name}: ${error}`);
  }
});

test('chalk on a blackboard is ink on paper', (t) => {
  const shots: Record<string, Shot> = {
    chalk: { width: 200, height: 200, centre: [100, 100], half: 75, paper: 0.8, ink: 0.2 },
    uneven: { width: 400, height: 300, centre: [300, 90], half: 40, paper: 0.85, ink: 0.3, light: 0.1 },
    noisy: { width: 900, height: 1200, centre: [400, 700], half: 380, paper: 0.9, ink: 0.1, noise: 0.04 },
  };
  for (const [name, shot] of Object.entries(shots)) {
    const error = difference(letter(shot));
    t.true(error < 0.04, `${name}: ${error}`);
  }
});

test('a speck of dirt does not change the crop, and a blank sheet stays blank', (t) => {
  const dirty = letter({ width: 400, height: 300, centre: [300, 90], half: 40, paper: 0.2, ink: 0.8 });
  for (const pixel of [400 * 280 + 20, 400 * 281 + 20, 400 * 280 + 21]) dirty.values[pixel] = 0.8;
  t.true(difference(dirty) < 0.04);
  const blank = cleanPhoto({ values: new Float32Array(900), width: 30, height: 30 });
  t.true(blank.values.every((value) => value === 0));
});
