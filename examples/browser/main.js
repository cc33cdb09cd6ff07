// The page: fetches what the emulator needs, learns, and shows the accuracies.
import { learn } from './learn.js';

const list = document.querySelector('ol');
const show = (text) => list.append(Object.assign(document.createElement('li'), { textContent: text }));

const [kernels, profile, model] = await Promise.all([
  fetch('kernels.wasm').then((response) => response.arrayBuffer()),
  fetch('profile.json').then((response) => response.json()),
  fetch('model.safetensors').then((response) => response.arrayBuffer()),
]);
const result = await learn({ kernels, profile, model }, (updates, accuracy) =>
  show(`after ${updates} updates: accuracy ${(100 * accuracy).toFixed(1)} %`),
);
document.querySelector('output').textContent = JSON.stringify(result);
