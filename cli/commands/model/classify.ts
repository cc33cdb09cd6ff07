import {
  countBlank,
  DeviceLearner,
  requireSound,
  readRecord,
  signalWarnings,
} from '../../../runtime/index.js';
import { loadModel } from '../../../network/node/index.js';
import { withBoard } from '../../board/board.js';
import { type AllowFaultsOptions, allowFaultsOption } from '../../board/soundness.js';
import { BoardCommand, type BoardOptions, jsonOption } from '../../options.js';
import { count, formatDuration, print, warn } from '../../terminal/output.js';
import { readPhotos, recognise, recognitionTable } from './recognition.js';

interface ClassifyOptions extends BoardOptions, AllowFaultsOptions {
  json?: boolean;
}

export const classify = new BoardCommand('classify')
  .description("recognise images by the task that the board has learned last with 'pcm learn --classes'")
  .argument('<model>', 'model file (safetensors) that the board holds')
  .argument('<image...>', 'PNG or JPEG images')
  .addOption(allowFaultsOption())
  .addBoardOptions()
  .addOption(jsonOption())
  .action(async (path: string, files: string[], options: ClassifyOptions) => {
    const model = await loadModel(path);
    const drawings = await readPhotos(files);
    const result = await withBoard(options, async (board) => {
      if (!options.allowFaults) requireSound(await readRecord(board));
      const { learner, task } = await DeviceLearner.resume(board, model);
      const { clock } = await board.status();
      const probabilities = await learner.classify(drawings);
      return {
        classes: task.classes,
        learnedAt: task.at,
        ageSeconds: Math.max(0, clock - task.clock),
        layers: learner.signals,
        files: recognise(task.classes, files, probabilities),
      };
    });
    const blank = countBlank(drawings);
    const warnings = [
      ...signalWarnings(result.layers),
      ...(blank > 0
        ? [`${blank} of ${files.length} images show no drawing; their class means nothing.`]
        : []),
    ];
    const age = formatDuration(result.ageSeconds);
    const learned = `${count(result.classes.length)} classes, learned ${age} ago on the board's clock.`;
    print({ ...result, warnings }, `${learned}\n${recognitionTable(result.files)}`, options.json);
    warnings.forEach(warn);
  });
