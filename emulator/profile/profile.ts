import * as z from 'zod';
import { curve } from './curve.js';

/** Maximum conductance of one polarity in nS: the difference of two then fits in 16 bits. */
export const CONDUCTANCE_LIMIT = 32767;

const spread = z.number().min(0).max(1);
const celsius = z.number().min(-100).max(200);
const energy = z.number().min(0).max(2);

/** Maximum number of devices of a chip: four of the largest published, some 2 GB with all that belongs to them. */
const MAX_DEVICES = 64 * 1024 * 1024;

/** One kind of chip: its geometry, devices and circuits. Conductances in microsiemens, times in seconds. */
export const profileSchema = z
  .strictObject({
    name: z.string().min(1),
    description: z.string(),
    sources: z.array(z.string()).describe('where the numbers come from'),
    cores: z.int().min(1).max(256),
    rows: z.int().min(1).max(4096).describe('inputs of a core'),
    columns: z.int().min(1).max(4096).describe('outputs of a core'),
    devicesPerPolarity: z
      .int()
      .min(1)
      .max(16)
      .describe('PCM devices side by side in each of the two polarities of a unit cell'),
    conductanceMax: z
      .number()
      .positive()
      .max(CONDUCTANCE_LIMIT / 1000)
      .describe('G_max of a polarity, all its devices together; one device has its share of it'),
    inputBits: z.int().min(2).max(8).describe('signed width of an input code'),
    programming: z.strictObject({
      mode: z
        .enum(['statistical', 'pulses'])
        .describe(
          'statistical: the published outcome of program-and-verify; pulses: the loop itself, pulse by pulse',
        ),
      deviation: curve.describe('standard deviation of the programmed conductance, of g of the target'),
      tolerance: z
        .number()
        .positive()
        .describe('error up to which a polarity counts as converged after statistical programming'),
    }),
    drift: z.strictObject({
      time0: z.number().positive().describe('t0: age that a device has when its programming ends'),
      exponentMean: curve.describe('mean of the drift exponent, of g of the target'),
      exponentDeviation: curve.describe('its standard deviation'),
    }),
    readNoise: z.strictObject({
      relative: curve.describe('Q: read noise relative to the conductance, of g as programmed'),
      readTime: z.number().positive().describe('duration of one read or multiplication'),
      fastOctaves: z
        .int()
        .min(0)
        .max(30)
        .describe(
          'octaves of the 1/f noise above 1 / (2 readTime 2^fastOctaves): drawn again at each multiplication; the slower ones belong to the device and follow the clock',
        ),
    }),
    pulses: z
      .strictObject({
        setMean: z.strictObject({ offset: z.number(), slope: z.number() }),
        setDeviation: z.strictObject({ offset: z.number().min(0), slope: z.number().min(0) }),
        resetConductance: z.number().min(0).describe('conductance of a device after RESET'),
        resetDeviation: spread.describe('relative to resetConductance'),
        conductanceMin: z.number().min(0).describe('a SET pulse leaves at least this'),
        readDeviation: z.strictObject({ offset: z.number().min(0), slope: z.number().min(0) }),
        tolerance: z.number().positive().describe('error of a polarity that verify accepts'),
        maxIterations: z.int().min(1).max(65535).describe('maximum of verify reads of a pair'),
      })
      .describe('effect of one pulse on a device of conductance G: values are offset + slope * G'),
    adc: z.strictObject({
      bits: z.int().min(2).max(16).describe('signed width of a code'),
      fullScaleCells: z
        .number()
        .positive()
        .describe('full scale of the converter, in unit cells at G_max and full input'),
      gainDeviation: z
        .number()
        .min(0)
        .max(0.15)
        .describe('standard deviation of the gain from column to column, relative'),
      offsetDeviation: z.number().min(0).describe('standard deviation of the offset, in codes'),
    }),
    digital: z.strictObject({
      fractionBits: z.int().min(0).max(15).describe('of the per-column scale, a signed 16-bit number'),
    }),
    temperature: z
      .strictObject({
        reference: celsius.describe('at which all other entries hold, and at which a board begins'),
        conductionEnergy: energy.describe(
          'activation energy, in eV, of the conduction in the amorphous part of a device',
        ),
        relaxationEnergy: energy.describe(
          'activation energy, in eV, of the relaxation that appears as drift',
        ),
        minimum: celsius.describe('lowest temperature for which these hold'),
        maximum: celsius.describe('highest temperature for which these hold'),
      })
      .refine(({ reference, minimum, maximum }) => minimum <= reference && reference <= maximum, {
        path: ['reference'],
        error: 'must lie between minimum and maximum',
      })
      .optional()
      .describe('degrees Celsius; without it the board has no temperature'),
    faults: z.strictObject({
      deadFraction: spread.describe('share of devices that conduct nothing'),
      stuckFraction: spread.describe('share of devices that stay at their maximum conductance'),
    }),
    wireResistance: z
      .number()
      .min(0)
      .describe(
        'ohms of the column wire from one unit cell to the next, towards the converter at the last row',
      ),
  })
  .refine(({ rows, inputBits }) => rows * (1 << (inputBits - 1)) * CONDUCTANCE_LIMIT < 0x80000000, {
    path: ['rows'],
    error: 'too many rows: the sum of a column would not fit in 32 bits',
  })
  .refine(
    ({ cores, rows, columns, devicesPerPolarity }) =>
      cores * rows * columns * 2 * devicesPerPolarity <= MAX_DEVICES,
    {
      path: ['cores'],
      error: `too many devices: cores x rows x columns x 2 x devicesPerPolarity must not exceed ${MAX_DEVICES}`,
    },
  )
  .refine(({ readNoise, drift }) => slowNoisePeriod(readNoise) <= drift.time0, {
    path: ['readNoise', 'fastOctaves'],
    error: '2 * readTime * 2^fastOctaves must not exceed drift.time0',
  })
  .refine(({ adc, digital }) => adc.bits <= digital.fractionBits + 1, {
    path: ['digital', 'fractionBits'],
    error: 'must be at least adc.bits - 1',
  })
  .refine(({ faults }) => faults.deadFraction + faults.stuckFraction <= 1, {
    path: ['faults'],
    error: 'deadFraction and stuckFraction must not exceed 1 together',
  });

/**
 * One kind of chip, checked: see `profileSchema` for the entries and their units. Read one with `parseProfile`
 * or `loadProfile`.
 */
export type Profile = z.infer<typeof profileSchema>;

/**
 * Period in seconds of the fastest octave of read noise that belongs to the device: 2 readTime 2^fastOctaves.
 */
export function slowNoisePeriod({
  readTime,
  fastOctaves,
}: {
  readTime: number;
  fastOctaves: number;
}): number {
  return 2 * readTime * (1 << fastOctaves);
}

/** Names of the profiles that come with the emulator. */
export const profileNames = ['hermes', 'hermes-one-device', 'hermes-thermal', 'pcm-like', 'ideal'] as const;

/** Whether a profile of this name comes with the emulator. */
export const isBundled = (name: unknown): name is string =>
  (profileNames as readonly unknown[]).includes(name);

/** A profile that cannot be used, with the reason in one sentence. */
export class ProfileError extends Error {
  override readonly name: string = 'ProfileError';
}

/** No profile comes with the emulator under this name, and there is no such file. */
export class UnknownProfileError extends ProfileError {
  override readonly name = 'UnknownProfileError';
}

/**
 * Checks a profile, given as parsed JSON. With `"extends": NAME` it takes over every entry of that bundled
 * profile that it does not have itself; `bundled` returns the parsed JSON of one. `name` appears in messages.
 * Errors: `ProfileError` for a profile that is not valid, naming the entry.
 */
export function parseProfile(name: string, json: unknown, bundled: (name: string) => unknown): Profile {
  const result = profileSchema.safeParse(extended(json, bundled));
  if (!result.success) {
    const [{ path, message }] = result.error.issues;
    throw new ProfileError(`The profile ${name} cannot be used: ${path.join('.') || 'it'}: ${message}.`);
  }
  return result.data;
}

function extended(json: unknown, bundled: (name: string) => unknown): unknown {
  if (typeof json !== 'object' || json === null || !('extends' in json)) return json;
  const { extends: base, ...own } = json;
  if (!isBundled(base))
    throw new ProfileError(`A profile can extend ${profileNames.join(', ')}, not ${JSON.stringify(base)}.`);
  return { ...(extended(bundled(base), bundled) as object), ...own };
}
