/** A file of the official data set, pinned by its digest. */
export interface Archive {
  name: string;
  url: string;
  bytes: number;
  /** Digest in hexadecimal. For the two large archives, only the MD5 that torchvision pins is known. */
  digest: { algorithm: 'sha256' | 'md5'; value: string };
}

const BASE =
  'https://raw.githubusercontent.com/brendenlake/omniglot/ceffff1ba059df9c19f12021b738dd1e0d8dd650/python';

const archive = (name: string, bytes: number, algorithm: 'sha256' | 'md5', value: string): Archive => ({
  name,
  url: `${BASE}/${name}`,
  bytes,
  digest: { algorithm, value },
});

/**
 * Omniglot (Lake et al., Science 2015; MIT licence): `small` is what models are trained and tested on here.
 */
export const omniglotArchives = {
  small: [
    archive(
      'images_background_small1.zip',
      1319022,
      'sha256',
      'f38eb80f801274ac2b4dff5b24289016bfaba4a7d5bb50deebf27104ad6cb8a4',
    ),
    archive(
      'images_background_small2.zip',
      1580917,
      'sha256',
      '3ccaa407515a8778e5d0861875af38b17e418f301ad5bb3b5a6b65d901a41c7f',
    ),
  ],
  full: [
    archive('images_background.zip', 9464212, 'md5', '68d2efa1b9178cc56df9314c21c6e718'),
    archive('images_evaluation.zip', 6462886, 'md5', '6b91aef0f799c5bb55b94e3f2daec811'),
  ],
} satisfies Record<string, Archive[]>;
