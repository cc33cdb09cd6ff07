import test from 'ava';
import { pcm, pcmJson } from '../../rig.js';

test('pcm clock sets the temperature of a chip whose profile has one, and says why that of others cannot be set', async (t) => {
  const thermal = ['--board', 'emulator:hermes-thermal'];
  t.deepEqual(await pcmJson('clock', '--temperature', '45', '--advance', '1h', ...thermal), {
    clockSeconds: 3600,
    temperatureCelsius: 45,
  });
  const { stdout } = await pcm('clock', '--advance', '30d');
  t.is(stdout, "The board's clock reads 30d (2,592,000 s).\n");
  const beyond = await pcm('clock', '--temperature', '300', ...thermal);
  t.is(beyond.code, 1);
  t.regex(beyond.stderr, /celsius is 300, this chip goes from -40 to 125/);
  const none = await pcm('clock', '--temperature', '45');
  t.is(none.code, 1);
  t.regex(none.stderr, /The profile hermes does not model temperature; use hermes-thermal/);
});
