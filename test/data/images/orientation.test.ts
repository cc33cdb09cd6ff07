import test from 'ava';
import jpeg from 'jpeg-js';
import { upright } from '../../../data/images/orientation.js';
import { decodeDrawing } from '../../../data/node/decode-image.js';

/** The file's view of an F, for each orientation: how a picture of an F lies in the file. */
const lying: Record<number, string[]> = {
  1: ['###', '#..', '##.', '#..'],
  2: ['###', '..#', '.##', '..#'],
  3: ['..#', '.##', '..#', '###'],
  4: ['#..', '##.', '#..', '###'],
  5: ['####', '#.#.', '#...'],
  6: ['#...', '#.#.', '####'],
  7: ['...#', '.#.#', '####'],
  8: ['####', '.#.#', '...#'],
};

const pixelsOf = (rows: readonly string[], scale = 1) => {
  const [width, height] = [rows[0].length * scale, rows.length * scale];
  const data = Uint8Array.from({ length: 4 * width * height }, (_, at) => {
    const [x, y] = [Math.floor(((at >> 2) % width) / scale), Math.floor((at >> 2) / width / scale)];
    return at % 4 === 3 || rows[y][x] === '.' ? 255 : 0;
  });
  return { data, width, height };
};

/** EXIF data that says an orientation alone, in either order of bytes. */
function exifSegment(orientation: number, isBigEndian: boolean): Buffer {
  const tiff = Buffer.alloc(26);
  tiff.write(isBigEndian ? 'MM' : 'II');
  const view = new DataView(tiff.buffer, tiff.byteOffset);
  const write16 = (at: number, value: number) => view.setUint16(at, value, !isBigEndian);
  const write32 = (at: number, value: number) => view.setUint32(at, value, !isBigEndian);
  write16(2, 42);
  write32(4, 8);
  write16(8, 1);
  write16(10, 0x0112);
  write16(12, 3);
  write32(14, 1);
  write16(18, orientation);
  const body = Buffer.concat([Buffer.from('Exif\0\0'), tiff]);
  const head = Buffer.from([0xff, 0xe1, 0, body.length + 2]);
  return Buffer.concat([head, body]);
}

/** A JPEG of an F that lies in the file as `orientation` says, with `exif` behind its first marker. */
function photo(orientation: number, exif: Uint8Array): Buffer {
  const { data } = jpeg.encode(
    { ...pixelsOf(lying[orientation], 16), data: pixelsOf(lying[orientation], 16).data },
    95,
  );
  return Buffer.concat([data.subarray(0, 2), exif, data.subarray(2)]);
}

for (let orientation = 1; orientation <= 8; orientation++) {
  test(`orientation ${orientation} is set upright`, (t) => {
    t.deepEqual(upright(pixelsOf(lying[orientation]), orientation), pixelsOf(lying[1]));
  });

  for (const isBigEndian of [false, true])
    test(`a photo of orientation ${orientation} ${isBigEndian ? 'MM' : 'II'} is read as one that stands`, (t) => {
      const drawing = decodeDrawing(photo(orientation, exifSegment(orientation, isBigEndian)), 'f.jpg', 4);
      const standing = decodeDrawing(photo(1, Buffer.alloc(0)), 'f.jpg', 4);
      for (const [at, ink] of drawing.entries()) t.true(Math.abs(ink - standing[at]) < 0.1, `${at}`);
    });
}

test('values that are no orientation, and damaged EXIF data, leave a photo as it lies', (t) => {
  const plain = decodeDrawing(photo(6, Buffer.alloc(0)), 'f.jpg', 4);
  for (const value of [0, 9, 65_535])
    t.deepEqual(decodeDrawing(photo(6, exifSegment(value, false)), 'f.jpg', 4), plain);
  const damaged = exifSegment(6, false);
  damaged.writeUInt32LE(0xffff_fff0, 14);
  t.deepEqual(decodeDrawing(photo(6, damaged), 'f.jpg', 4), plain);
});
