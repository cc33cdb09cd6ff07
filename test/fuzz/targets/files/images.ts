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

export const jpeg: Target = {
  name: 'jpeg',
  reads: 'JPEG images',
  refusals: [DataError],
  seeds: () => [encodeJpeg(50), encodeJpeg(95)],
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
