import type { Shape } from '../model/shapes.js';

/** An image, in most cases side x side values in row-major order: ink 1, paper 0. */
export type Drawing = Float32Array;

/** Drawings of one thing: a character of an alphabet, or a folder of the user's images. */
export interface DrawingClass {
  name: string;
  /** The alphabet it belongs to; undefined for a user's own class. */
  alphabet?: string;
  drawings: Drawing[];
  /** The file of each drawing. */
  files: string[];
}

/**
 * Makes drawings of invented classes, [classes][drawings], each [channels, height, width] as `input` says, so
 * that a measurement needs no data set. The same seed makes the same drawings.
 */
export type InventDrawings = (
  input: Shape,
  options: { classes: number; drawings: number; seed: number },
) => Drawing[][];
