import test from 'ava';
import { bundledModel, pcm } from './rig.js';

test('wrong usage ends with 2', async (t) => {
  const wrong = async (sentence: RegExp, ...args: string[]) => {
    const { code, stderr, stdout } = await pcm(...args);
    t.is(code, 2, stderr);
    t.regex(stderr, sentence);
    t.is(stdout, '');
  };
  await wrong(/unknown command 'flush'/, 'flush');
  await wrong(/missing required argument 'model'/, 'learn');
  await wrong(/Say what to learn from/, 'learn', bundledModel);
  await wrong(/whole number of at least 1/, 'learn', bundledModel, '--ways', 'many');
  await wrong(/cannot be used with option/, 'learn', bundledModel, '--data', 'a', '--classes', 'b');
  await wrong(/The board has no core 2: its cores are 0 to 1/, 'read', '--core', '2');
  await wrong(/Write a time such as/, 'clock', '--advance', 'soon');
  await wrong(/Write degrees Celsius/, 'clock', '--temperature', 'warm');
  await wrong(/set a secret with --token/, 'emulate', '--tcp', '0.0.0.0:0');
});
