import * as tf from '@tensorflow/tfjs-core';
import { type DrawingClass, Random } from '../../network/index.js';
import { adamStep } from '../optimiser/adam.js';
import { oneCycleRate } from '../optimiser/rates.js';
import { drawMapped, randomMap } from './distortion.js';
import { FEATURES, heUniform, SIDE, type Parameters } from '../tensors/parameters.js';
import type { TrainingState } from './state.js';
import { inScope } from '../tensors/kernels.js';
import type { ShardedTrunk } from '../trunk/sharded-trunk.js';
import { followStatistics, STATISTICS_SHARE, type Statistics } from '../trunk/statistics.js';

/** The warm start: a plain classifier of all training classes on top of the trunk. */

/** Initial weights [504, classes] and biases [classes] of the classifier. */
export function initialClassifier(classes: number, random: Random): Parameters {
  return {
    'classifier.weight': heUniform(FEATURES * classes, FEATURES * 6, random),
    'classifier.bias': new Float32Array(classes),
  };
}

/** Loss and gradients of one batch. */
export interface ClassifierStep {
  gradients: Parameters;
  /** Statistics of each layer over the batch. */
  statistics: Statistics[];
  /** Mean cross-entropy in nats. */
  loss: number;
}

/** Computes loss and gradients of a batch of images [batch * 28 * 28] with their labels [batch]. */
export async function classifierStep(
  trunk: ShardedTrunk,
  parameters: Parameters,
  images: Float32Array,
  labels: number[],
): Promise<ClassifierStep> {
  const { features, statistics } = await trunk.forward(parameters, images, true);
  const { featureGradient, gradients, loss } = classify(parameters, features, labels);
  return { gradients: { ...(await trunk.backward(featureGradient)), ...gradients }, statistics, loss };
}

/**
 * The classifier on top of features [batch, 504]: its loss, and the gradients by its parameters and by the
 * features.
 */
function classify(
  parameters: Parameters,
  values: Float32Array,
  labels: number[],
): { featureGradient: Float32Array; gradients: Parameters; loss: number } {
  return inScope(() => {
    const classes = parameters['classifier.bias'].length;
    const batch = labels.length;
    const features = tf.tensor2d(values, [batch, FEATURES]);
    const weights = tf.tensor2d(parameters['classifier.weight'], [FEATURES, classes]);
    const logits = tf.add(tf.matMul(features, weights), tf.tensor1d(parameters['classifier.bias']));
    const probabilities = tf.softmax(logits).dataSync() as Float32Array;
    let loss = 0;
    const error = probabilities.map((value) => value / batch);
    for (const [example, label] of labels.entries()) {
      const at = example * classes + label;
      loss -= Math.log(Math.max(probabilities[at], 1e-30)) / batch;
      error[at] -= 1 / batch;
    }
    const logitGradient = tf.tensor2d(error, [batch, classes]);
    const gradients: Parameters = {
      'classifier.weight': tf.matMul(tf.transpose(features), logitGradient).dataSync() as Float32Array,
      'classifier.bias': tf.matMul(tf.ones([1, batch]), logitGradient).dataSync() as Float32Array,
    };
    const featureGradient = tf.matMul(logitGradient, tf.transpose(weights)).dataSync() as Float32Array;
    return { featureGradient, gradients, loss };
  });
}

const PIXELS = SIDE * SIDE;
/** Random streams: one per epoch for the order of the drawings, one per step for their distortions. */
const ORDER_STREAM = 0x1000_0000;
const STEP_STREAM = 0x2000_0000;

/** Steps per epoch. Drawings that do not fill the last batch are left out of the epoch. */
export function stepsPerEpoch(classes: DrawingClass[], batch: number): number {
  const drawings = classes.reduce((sum, one) => sum + one.drawings.length, 0);
  return Math.floor(drawings / batch);
}

/** One step of the warm start on `state`. Returns the loss of its batch. */
export async function updateClassifier(
  state: TrainingState,
  trunk: ShardedTrunk,
  classes: DrawingClass[],
): Promise<number> {
  const { step, parameters } = state;
  const { epochs, batch, peakRate, weightDecay } = state.schedule.classifier;
  const perEpoch = stepsPerEpoch(classes, batch);
  const { images, labels } = drawBatch(state, classes, perEpoch);
  const { gradients, statistics, loss } = await classifierStep(trunk, parameters, images, labels);
  const rate = oneCycleRate(step, epochs * perEpoch, peakRate);
  adamStep(parameters, gradients, state.adam, () => rate, { weightDecay });
  if (state.statistics.length === 0) state.statistics = statistics;
  followStatistics(state.statistics, statistics, STATISTICS_SHARE);
  return loss;
}

function drawBatch(
  { seed, step, schedule }: TrainingState,
  classes: DrawingClass[],
  perEpoch: number,
): { images: Float32Array; labels: number[] } {
  const all = classes.flatMap(({ drawings }, label) => drawings.map((drawing) => ({ drawing, label })));
  const { batch } = schedule.classifier;
  const order = new Random(seed, ORDER_STREAM + Math.floor(step / perEpoch)).sample(all.length, all.length);
  const random = new Random(seed, STEP_STREAM + step);
  const images = new Float32Array(batch * PIXELS);
  const labels = Array.from({ length: batch }, (_, index) => {
    const { drawing, label } = all[order[(step % perEpoch) * batch + index]];
    drawMapped(drawing, randomMap(schedule.distortion, 1, random), images, index * PIXELS);
    return label;
  });
  return { images, labels };
}
