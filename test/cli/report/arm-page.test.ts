import test from 'ava';
import { parseHTML } from 'linkedom';
import { armPage } from '../../../cli/report/arm-page.js';
import { learnMovement } from '../../../network/arm/learn.js';
import { drawMovement, MovementSet } from '../../../network/arm/movement.js';
import { Float32Synapses } from '../../../network/arm/synapses.js';
import { smallArm } from '../../network/arm/small-arm.js';

const model = smallArm();
const { network } = model.description;

async function page(): Promise<Document> {
  const shown = await Promise.all(
    [0, 1, 2].map((index) =>
      learnMovement(
        model,
        new Float32Synapses(network.neurons),
        drawMovement(MovementSet.test, 1, index, network),
      ),
    ),
  );
  const distribution = { mean: 1.2, minimum: 0.5, median: 1, percentile90: 2, maximum: 3 };
  const evaluation = {
    trajectories: 3,
    errorBefore: 24.6,
    errorAfter: 1.2,
    software: { float32: 1.04, int4: 1.1 },
    distribution: { device: distribution, float32: distribution, int4: distribution },
    updates: 1,
    devicesUpdated: 46095.4,
    pairsUpdated: 0.105,
    copies: 2,
    multiplications: 3160,
  };
  const errors = shown.map(() => ({ before: 24, after: 1 }));
  return parseHTML(armPage({ model, evaluation, errors, shown })).document;
}

test('the page shows the figures, an arm per movement and the networks, and loads nothing from outside', async (t) => {
  const document = await page();
  const text = document.body.textContent ?? '';
  for (const figure of ['24.6 %', '1.2 %', '46,095', '11 % of the pairs'])
    t.true(text.includes(figure), figure);
  t.is(document.querySelectorAll('polyline[id^=arm]').length, 3);
  const pictures = [...document.querySelectorAll('img')];
  t.is(pictures.length, 5);
  t.true(pictures.every((image) => image.getAttribute('src')?.startsWith('data:image/png;base64,')));
  t.is(document.querySelectorAll('script[src], link[href]').length, 0);
});

test('the script of the page moves every arm', async (t) => {
  const document = await page();
  const script = document.querySelector('script')?.textContent ?? '';
  const playing = new Function('document', 'matchMedia', 'requestAnimationFrame', script);
  playing(document, () => ({ matches: true }), t.fail);
  for (let index = 0; index < 3; index++) {
    const places = document.querySelector(`#arm${index}`)?.getAttribute('points')?.split(' ') ?? [];
    t.is(places.length, 3);
    t.is(
      places[2],
      ['cx', 'cy'].map((axis) => document.querySelector(`#hand${index}`)?.getAttribute(axis)).join(),
    );
    const [x, y] = places[1].split(',').map(Number);
    t.true(Math.abs(Math.hypot(x, y) - 0.5) < 2e-3);
  }
});
