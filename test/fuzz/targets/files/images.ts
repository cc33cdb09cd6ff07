import { zipSync } from 'fflate';
import jpegJs from 'jpeg-js';
import { loadClasses } from '../../../../data/node/index.js';
import { DataError } from '../../../../network/index.js';
import { require, type Target } from '../../target.js';
import { pixels, readImage, SIDE } from './pixels.js';
import { encodePng } from './png.js';
import { Scratch } from './scratch.js';

const encodeJpeg = (quality: number): Uint8Array =>
  jpegJs.encode({ data: pixels(), width: SIDE, height: SIDE }, quality).data;

/** The same with the orientation in its EXIF data (big-endian, one entry of one number). */
function turnedJpeg(orientation: number): Uint8Array {
  const exif = [
    0x4d,
    0x4d,
    0,
    42,
    0,
    0,
    0,
    8,
    0,
    1,
    1,
    0x12,
    0,
    3,
    0,
    0,
    0,
    1,
    0,
    orientation,
    0,
    0,
    0,
    0,
    0,
    0,
  ];
  const content = [...Buffer.from('Exif\0\0'), ...exif];
  const image = encodeJpeg(50);
  return Uint8Array.from([0xff, 0xd8, 0xff, 0xe1, 0, content.length + 2, ...content, ...image.subarray(2)]);
}

export const jpeg: Target = {
  name: 'jpeg',
  reads: 'JPEG images',
  refusals: [DataError],
  seeds: () => [encodeJpeg(95), turnedJpeg(6), turnedJpeg(3)],
  read: readImage,
};

const scratch = new Scratch();

export const zip: Target = {
  name: 'zip',
  reads: 'zip files of drawings',
  refusals: [DataError],
  seeds: () => [
    zipSync({ 'a/1.png': encodePng({}), 'b/2.jpg': encodeJpeg(50), 'b/readme.txt': new Uint8Array(9) }),
    zipSync({ 'a/1.png': [encodePng({}), { level: 0 }] }),
  ],
  read: async (input) => {
    const classes = await loadClasses(scratch.write('drawings.zip', input));
    require(classes.length > 0, 'There is no class.');
  },
};
