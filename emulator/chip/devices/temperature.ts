import { exp } from '../../numerics/elementary.js';
import type { ChipModel } from '../model.js';

/** Boltzmann's constant, eV / K. */
const BOLTZMANN = 8.617333262e-5;
/** 0 degrees Celsius in kelvins. */
const ZERO_CELSIUS = 273.15;

/** Temperature as a snapshot keeps it. */
export interface TemperatureImage {
  readonly celsius: number;
  /** The board's clock at its last change, in seconds. */
  readonly since: number;
  /** The clock that devices age on at that time, in seconds. */
  readonly aged: number;
}

/**
 * The temperature of a chip, degrees Celsius, and its effects. A device is a crystalline part in series with
 * an amorphous one. The resistance of the amorphous part is thermally activated: a device conducts more when
 * it is warm, unless it is fully crystalline. Relaxation is thermally activated too: devices age on a clock
 * of their own, which runs ahead of the board's while it is warmer than the profile's reference. At the
 * reference, or without an entry in the profile, no bit changes.
 */
export class Temperature {
  /** Resistance of the amorphous part over that at the reference, less 1. */
  resistanceChange = 0;
  /** Conductance of the amorphous part over that at the reference, less 1. */
  conductanceChange = 0;
  readonly #model: ChipModel;
  #celsius: number;
  #since = 0;
  #aged = 0;
  #rate = 1;

  constructor(model: ChipModel) {
    this.#model = model;
    this.#celsius = model.profile.temperature?.reference ?? 25;
  }

  get celsius(): number {
    return this.#celsius;
  }

  /** Changes it at a time of the board's clock. Only for a profile with an entry. */
  set(celsius: number, now: number): void {
    this.image = { celsius, since: now, aged: this.agedAt(now) };
  }

  get image(): TemperatureImage {
    return { celsius: this.#celsius, since: this.#since, aged: this.#aged };
  }

  set image({ celsius, since, aged }: TemperatureImage) {
    this.#celsius = celsius;
    this.#since = since;
    this.#aged = aged;
    const { reference, conductionEnergy, relaxationEnergy } = this.#model.profile.temperature!;
    const inverse = (degrees: number) => 1 / (BOLTZMANN * (degrees + ZERO_CELSIUS));
    const difference = inverse(celsius) - inverse(reference);
    this.resistanceChange = exp(conductionEnergy * difference) - 1;
    this.conductanceChange = exp(-conductionEnergy * difference) - 1;
    this.#rate = exp(-relaxationEnergy * difference);
  }

  /**
   * The clock that devices age on, at a time of the board's; times before the last change count at the
   * present rate.
   */
  agedAt(time: number): number {
    return this.#aged + (time - this.#since) * this.#rate;
  }

  /** Present conductance of a device, from that at the reference; nS. */
  present(conductance: number): number {
    return this.#changed(conductance, this.resistanceChange);
  }

  /** Conductance of a device at the reference, from the present one; nS. */
  atReference(conductance: number): number {
    return this.#changed(conductance, this.conductanceChange);
  }

  #changed(conductance: number, change: number): number {
    if (change === 0) return conductance;
    const crystalline = Math.min(conductance * this.#model.relativeConductance, 1);
    return conductance / (1 + (1 - crystalline) * change);
  }
}
