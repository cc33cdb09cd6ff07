import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { Random } from '../../network/index.js';

const side = 56;
type Painting = (x: number, y: number) => boolean;

/** Shapes that a person might draw: a cross, a ring, a bar. */
const shapes: Record<string, Painting> = {
  cross: (x, y) => Math.abs(x - y) < 5 || Math.abs(x + y - side) < 5,
  ring: (x, y) => Math.abs(Math.hypot(x - side / 2, y - side / 2) - 18) < 4,
  bar: (x) => Math.abs(x - side / 2) < 5,
};

function pixels(paint: Painting, random: Random): Buffer {
  const data = Buffer.alloc(side * side * 4, 255);
  const [dx, dy] = [random.between(-4, 4), random.between(-4, 4)];
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++)
      if (paint(x + dx, y + dy)) data.fill(0, (y * side + x) * 4, (y * side + x) * 4 + 3);
  return data;
}

const encode = {
  png: (data: Buffer) => {
    const image = new PNG({ width: side, height: side });
    image.data = data;
    return PNG.sync.write(image);
  },
  jpg: (data: Buffer) => jpeg.encode({ data, width: side, height: side }, 90).data,
};

/** Writes an alphabet in Omniglot's layout, FOLDER/Shapes/characterNN/N.png: a character a shape, `drawings` of each. */
export async function writeAlphabet(folder: string, drawings: number): Promise<string> {
  const random = new Random(2);
  for (const [index, paint] of Object.values(shapes).entries())
    for (let drawing = 1; drawing <= drawings; drawing++) {
      const path = join(folder, 'Shapes', `character0${index + 1}`, `${drawing}.png`);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, encode.png(pixels(paint, random)));
    }
  return folder;
}

/** Writes FOLDER/classes/SHAPE/N.png or .jpg, and FOLDER/new-SHAPE.png to classify. */
export async function writeShapes(folder: string): Promise<{ classes: string; files: string[] }> {
  const random = new Random(1);
  const write = async (path: string, paint: Painting) => {
    await mkdir(dirname(path), { recursive: true });
    const format = path.endsWith('.png') ? 'png' : 'jpg';
    await writeFile(path, encode[format](pixels(paint, random)));
    return path;
  };
  const classes = join(folder, 'classes');
  const files: string[] = [];
  for (const [name, paint] of Object.entries(shapes)) {
    for (const file of ['1.png', '2.jpg', '3.png']) await write(join(classes, name, file), paint);
    files.push(await write(join(folder, `new-${name}.${name === 'ring' ? 'jpg' : 'png'}`), paint));
  }
  return { classes, files };
}
