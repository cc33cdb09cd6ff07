import { Random } from '../../network/index.js';
import type { DrawingClass } from '../../network/index.js';
import type { Drawing } from '../../network/index.js';

type Point = readonly [x: number, y: number];
/** Control points of a cubic Bezier curve, in the unit square. */
type Stroke = readonly [Point, Point, Point, Point];

/** How many characters to invent. */
export interface StrokeOptions {
  classes: number;
  /** Drawings of each class. */
  drawings: number;
  seed: number;
  /** Width and height of a drawing in pixels. */
  side?: number;
}

/**
 * Invented characters of two to four pen strokes, each drawn several times by an unsteady hand: a stand-in
 * for real drawings.
 */
export function drawStrokes({ classes, drawings, seed, side = 28 }: StrokeOptions): DrawingClass[] {
  const random = new Random(seed, STREAM);
  return Array.from({ length: classes }, (_, index) => {
    const character = inventCharacter(random);
    return {
      name: `character ${index + 1}`,
      drawings: Array.from({ length: drawings }, () => drawCharacter(character, random, side)),
      files: Array.from({ length: drawings }, (_, drawing) => `drawn ${drawing + 1}`),
    };
  });
}

/** Keeps these random numbers apart from those of tasks with the same seed. */
const STREAM = 0x5745;

function inventCharacter(random: Random): Stroke[] {
  const point = (): Point => [random.between(0.15, 0.85), random.between(0.15, 0.85)];
  return Array.from({ length: 2 + random.below(3) }, () => [point(), point(), point(), point()]);
}

/** Unsteadiness of a control point, as a fraction of the side. */
const TREMOR = 0.025;
/** Unsteadiness of slant and proportions of a whole character. */
const SLANT = 0.1;

function drawCharacter(character: readonly Stroke[], random: Random, side: number): Drawing {
  const [a, b, c, d] = Array.from({ length: 4 }, () => normal(random) * SLANT);
  const shift = [normal(random) * TREMOR, normal(random) * TREMOR];
  const place = ([x, y]: Point): Point => {
    const [u, v] = [x - 0.5 + normal(random) * TREMOR, y - 0.5 + normal(random) * TREMOR];
    return [0.5 + u * (1 + a) + v * b + shift[0], 0.5 + u * c + v * (1 + d) + shift[1]];
  };
  const width = random.between(0.9, 1.3);
  const drawing = new Float32Array(side * side);
  for (const stroke of character) {
    const [p, q, r, s] = stroke.map(place);
    inkStroke(drawing, side, [p, q, r, s], width);
  }
  return drawing;
}

/** Inks a stroke `width` pixels wide with soft edges. */
function inkStroke(drawing: Drawing, side: number, stroke: Stroke, width: number): void {
  const steps = 4 * side;
  const reach = Math.ceil(width / 2 + 1);
  for (let step = 0; step <= steps; step++) {
    const [x, y] = bezier(stroke, step / steps).map((coordinate) => coordinate * side - 0.5);
    for (let row = Math.floor(y) - reach; row <= Math.ceil(y) + reach; row++) {
      for (let column = Math.floor(x) - reach; column <= Math.ceil(x) + reach; column++) {
        if (row < 0 || row >= side || column < 0 || column >= side) continue;
        const distance = Math.hypot(row - y, column - x);
        const ink = Math.min(1, Math.max(0, width / 2 + 0.5 - distance));
        const pixel = row * side + column;
        if (ink > drawing[pixel]) drawing[pixel] = ink;
      }
    }
  }
}

function bezier([p, q, r, s]: Stroke, t: number): Point {
  const u = 1 - t;
  const at = (i: 0 | 1) => u * u * u * p[i] + 3 * u * u * t * q[i] + 3 * u * t * t * r[i] + t * t * t * s[i];
  return [at(0), at(1)];
}

/** Approximately standard normal: the sum of twelve uniform numbers (Irwin-Hall), minus six. */
function normal(random: Random): number {
  let sum = -6;
  for (let i = 0; i < 12; i++) sum += random.uniform();
  return sum;
}
