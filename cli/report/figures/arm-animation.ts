import { elbowJoint, type LearnedMovement } from '../../../network/arm/index.js';
import { Html, html } from '../html/html.js';

const styles = [
  { stroke: 'var(--faint)', dashes: '0.03 0.02' },
  { stroke: 'var(--second)', dashes: 'none' },
  { stroke: 'var(--third)', dashes: 'none' },
];

/**
 * The arm over its paths [steps, 2] (target, before, after), in metres, y upwards. `animationScript` moves
 * it.
 */
export function armAnimation(index: number, paths: readonly Float32Array[]): Html {
  const lines = paths.map(
    (path, i) =>
      html`<polyline
        points="${points(path)}"
        fill="none"
        stroke="${styles[i].stroke}"
        stroke-width="0.012"
        stroke-dasharray="${styles[i].dashes}"
      />`,
  );
  return html`<svg
    width="300"
    height="300"
    viewBox="-1.05 -1.05 2.1 2.1"
    role="img"
    aria-label="Movement ${index + 1}"
  >
    <g transform="scale(1,-1)">
      <circle r="1" fill="none" stroke="var(--line)" stroke-width="0.008" />
      ${lines}
      <polyline
        id="arm${index}"
        fill="none"
        stroke="var(--ink)"
        stroke-width="0.035"
        stroke-linecap="round"
        stroke-linejoin="round"
        opacity="0.75"
      />
      <circle id="hand${index}" r="0.03" fill="var(--third)" />
      <circle id="goal${index}" r="0.03" fill="none" stroke="var(--faint)" stroke-width="0.012" />
    </g>
  </svg>`;
}

function points(path: Float32Array): string {
  const pairs: string[] = [];
  for (let i = 0; i < path.length; i += 2) pairs.push(`${path[i].toFixed(3)},${path[i + 1].toFixed(3)}`);
  return pairs.join(' ');
}

/** The animation is slower than the arm by this factor. */
const SLOWNESS = 4;

/** Plays all movements together in a loop. With reduced motion it shows the last pose. */
export function animationScript(shown: readonly LearnedMovement[]): Html {
  const data = shown.map(({ target, after }) => {
    const { angles, positions } = after.movement;
    const steps = Array.from({ length: positions.length / 2 }, (_, t) => t);
    return steps.map((t) => {
      const elbow = elbowJoint(angles[2 * t]);
      return [
        elbow.x,
        elbow.y,
        positions[2 * t],
        positions[2 * t + 1],
        ...target.positions.subarray(2 * t, 2 * t + 2),
      ].map((value) => Number(value.toFixed(3)));
    });
  });
  return new Html(`<script>
const movements = ${JSON.stringify(data)};
const show = (part) => movements.forEach((steps, i) => {
  const [ex, ey, hx, hy, gx, gy] = steps[Math.min(steps.length - 1, Math.floor(part * steps.length))];
  const place = (id, x, y) => {
    const circle = document.getElementById(id + i);
    circle.setAttribute('cx', x);
    circle.setAttribute('cy', y);
  };
  document.getElementById('arm' + i).setAttribute('points', '0,0 ' + ex + ',' + ey + ' ' + hx + ',' + hy);
  place('hand', hx, hy);
  place('goal', gx, gy);
});
const seconds = 0.5 * ${SLOWNESS};
const play = (now) => {
  show(Math.min(1, ((now / 1000) % (seconds + 1)) / seconds));
  requestAnimationFrame(play);
};
if (matchMedia('(prefers-reduced-motion: reduce)').matches) show(1);
else requestAnimationFrame(play);
</script>`);
}
