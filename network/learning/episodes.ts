import type { Random } from '../numerics/random.js';
import type { Drawing, DrawingClass } from './classes.js';
import { DataError } from './errors.js';

/** Size of a few-shot task. */
export interface EpisodeSize {
  /** Classes. */
  ways: number;
  /** Support drawings of each class. */
  shots: number;
  /** Query drawings of each class. */
  queries: number;
}

/** A drawing with its label 0 .. ways - 1. */
export interface Example {
  drawing: Drawing;
  label: number;
}

/** One few-shot task. Support and query set share no drawing; both are ordered by label. */
export interface Episode {
  /** Names of the classes, by label. */
  classes: string[];
  /** To learn from. */
  support: Example[];
  /** To test with. */
  query: Example[];
}

/** Draws a task. Errors: `DataError` if the data does not suffice for its size. */
export function sampleEpisode(classes: DrawingClass[], size: EpisodeSize, random: Random): Episode {
  checkSize(classes, size);
  const { ways, shots, queries } = size;
  const episode: Episode = { classes: [], support: [], query: [] };
  for (const [label, index] of random.sample(classes.length, ways).entries()) {
    const { name, drawings } = classes[index];
    episode.classes.push(name);
    const examples = random
      .sample(drawings.length, shots + queries)
      .map((number) => ({ drawing: drawings[number], label }));
    episode.support.push(...examples.slice(0, shots));
    episode.query.push(...examples.slice(shots));
  }
  return episode;
}

/** Errors: `DataError` unless every task of this size can be drawn from the classes. */
export function checkSize(classes: DrawingClass[], { ways, shots, queries }: EpisodeSize): void {
  if (ways > classes.length)
    throw new DataError(
      `${ways} ways need ${ways} classes, but there are only ${classes.length}; choose fewer ways or more data.`,
    );
  for (const { name, drawings } of classes)
    if (shots + queries > drawings.length)
      throw new DataError(
        `${shots} shots and ${queries} queries need ${shots + queries} drawings a class, but ${name} has only ${drawings.length}.`,
      );
}
