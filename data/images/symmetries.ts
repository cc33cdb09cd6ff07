import type { Drawing, DrawingClass } from '../../network/index.js';

/** The drawing [side, side] turned counter-clockwise by so many quarters. */
export function rotate(drawing: Drawing, quarters: number): Drawing {
  const side = Math.sqrt(drawing.length);
  let turned = drawing;
  for (let turn = 0; turn < quarters % 4; turn++) {
    const source = turned;
    turned = Float32Array.from(source, (_, index) => {
      const y = Math.floor(index / side);
      const x = index % side;
      return source[x * side + (side - 1 - y)];
    });
  }
  return turned;
}

/** The drawing [side, side] with left and right exchanged. */
export function mirror(drawing: Drawing): Drawing {
  const side = Math.sqrt(drawing.length);
  return Float32Array.from(drawing, (_, index) => {
    const x = index % side;
    return drawing[index - x + side - 1 - x];
  });
}

/** Each class four times: as drawn and turned by 90, 180 and 270 degrees, as classes of their own. */
export function withRotations(classes: DrawingClass[]): DrawingClass[] {
  return [0, 1, 2, 3].flatMap((quarters) =>
    classes.map((original) => ({
      ...original,
      name: quarters === 0 ? original.name : `${original.name} turned by ${quarters * 90}°`,
      drawings: original.drawings.map((drawing) => rotate(drawing, quarters)),
    })),
  );
}

/** Each class twice: as drawn, and mirrored as a class of its own. */
export function withMirrors(classes: DrawingClass[]): DrawingClass[] {
  const mirrored = classes.map((original) => ({
    ...original,
    name: `${original.name} mirrored`,
    drawings: original.drawings.map(mirror),
  }));
  return [...classes, ...mirrored];
}
