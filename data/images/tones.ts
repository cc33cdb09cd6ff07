/** Mean of the bright and of the dark pixels, split so that the two differ most (Otsu, 1979). */
export function twoTones(values: Float32Array): { paper: number; ink: number } {
  const levels = 256;
  const maximum = values.reduce((highest, value) => Math.max(highest, value), 0);
  const counts = new Float64Array(levels);
  for (const value of values) counts[Math.min(levels - 1, Math.floor((value / maximum) * levels))]++;
  const sums = counts.map((count, level) => (count * (level + 0.5) * maximum) / levels);
  const total = sums.reduce((all, sum) => all + sum, 0);
  let best = { paper: 0, ink: 0 };
  let [bestVariance, bright, brightSum] = [0, 0, 0];
  for (let level = 0; level < levels - 1; level++) {
    bright += counts[level];
    brightSum += sums[level];
    const dark = values.length - bright;
    if (bright === 0 || dark === 0) continue;
    const [paper, ink] = [brightSum / bright, (total - brightSum) / dark];
    const variance = bright * dark * (ink - paper) ** 2;
    if (variance > bestVariance) [bestVariance, best] = [variance, { paper, ink }];
  }
  return best;
}
