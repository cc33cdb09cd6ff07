import type { Arithmetic } from '../arithmetic.js';
import { type Converters, createConverters } from '../crossbar/converters.js';
import { createMatrix, type EffectiveMatrix } from '../crossbar/effective-matrix.js';
import { Draws } from '../devices/draws.js';
import type { NoiseModel, NoiseOf } from '../devices/noise-model.js';
import { profileNoise } from '../devices/profile-noise.js';
import type { Temperature } from '../devices/temperature.js';
import type { Allocate } from '../memory/allocate.js';
import type { ChipModel } from '../model.js';
import type { CoreParts } from './core-parts.js';
import { type CoreCounters, createCounters, createState, type CoreState } from './core-state.js';

export interface CoreOptions {
  readonly model: ChipModel;
  /** An integer, taken modulo 2^64. */
  readonly seed: number | bigint;
  /** Number of the core within its chip. */
  readonly index: number;
  readonly temperature: Temperature;
  /** Noise model in place of the profile's. */
  readonly noise: NoiseOf | undefined;
  readonly allocate: Allocate;
}

/** One core: its parts, its counters, and the part of its effective matrix that is out of date. */
export class Core implements CoreParts {
  readonly model: ChipModel;
  readonly index: number;
  readonly temperature: Temperature;
  readonly draws: Draws;
  readonly state: CoreState;
  readonly converters: Converters;
  readonly matrix: EffectiveMatrix;
  readonly noise: NoiseModel;
  readonly hasProfileNoise: boolean;
  readonly counters: CoreCounters = createCounters();
  #cell = -1;
  #stale: Uint32Array[] = [];
  #staleCount = 0;

  constructor({ model, seed, index, temperature, noise, allocate }: CoreOptions) {
    this.model = model;
    this.index = index;
    this.temperature = temperature;
    this.draws = new Draws(seed, index);
    this.state = createState(model, this.draws, allocate);
    this.converters = createConverters(model, this.draws, allocate);
    this.matrix = createMatrix(model, allocate);
    const { profile, pairs, slowPeriod } = model;
    const base = profileNoise(model, this.draws);
    this.noise = noise?.(base, { profile, pairs, slowPeriod, draws: this.draws }) ?? base;
    this.hasProfileNoise = this.noise === base;
  }

  /** Notes that the devices of these pairs have changed; keeps the list until the next refresh. */
  touch(pairs: Uint32Array): void {
    if (this.#cell < 0 || pairs.length === 0) return;
    this.#stale.push(pairs);
    this.#staleCount += pairs.length;
    if (this.#staleCount > this.model.pairs / 2) this.touchAll();
  }

  /** Notes that any device may have changed. */
  touchAll(): void {
    this.#cell = -1;
    this.#forget();
  }

  /** Brings the effective matrix to the clock's cell at this time. */
  refresh(arithmetic: Arithmetic, now: number): void {
    const cell = Math.floor(now / this.model.slowPeriod);
    if (cell !== this.#cell) arithmetic.refresh(this.index, cell);
    else if (this.#stale.length > 0) arithmetic.refresh(this.index, cell, this.#stalePairs());
    this.#cell = cell;
    this.#forget();
  }

  #forget(): void {
    this.#stale = [];
    this.#staleCount = 0;
  }

  #stalePairs(): Uint32Array {
    const pairs = new Uint32Array(this.#staleCount);
    let at = 0;
    for (const list of this.#stale) {
      pairs.set(list, at);
      at += list.length;
    }
    return pairs;
  }
}
