// Kernels of back-propagation through time through spiking networks, in WebAssembly SIMD (f32x4). All
// matrices are row-major; the number of columns (post-synaptic neurons) is a multiple of 4, so that every row
// is whole vectors. Spikes are sparse: products skip the rows of silent pre-synaptic neurons.

/** y += a x over `bytes` bytes. */
function addScaled(y: usize, a: f32, x: usize, bytes: usize): void {
  const factor = f32x4.splat(a);
  for (let at: usize = 0; at < bytes; at += 16) {
    v128.store(y + at, f32x4.add(v128.load(y + at), f32x4.mul(factor, v128.load(x + at))));
  }
}

function dot(x: usize, y: usize, bytes: usize): f32 {
  let even = f32x4.splat(0);
  let odd = f32x4.splat(0);
  const pairs = bytes & ~31;
  let at: usize = 0;
  for (; at < pairs; at += 32) {
    even = f32x4.add(even, f32x4.mul(v128.load(x + at), v128.load(y + at)));
    odd = f32x4.add(odd, f32x4.mul(v128.load(x + at, 16), v128.load(y + at, 16)));
  }
  if (at < bytes) even = f32x4.add(even, f32x4.mul(v128.load(x + at), v128.load(y + at)));
  const sum = f32x4.add(even, odd);
  return (
    f32x4.extract_lane(sum, 0) +
    f32x4.extract_lane(sum, 1) +
    (f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3))
  );
}

/** y += sqrt(variance) normal over `bytes` bytes. */
function addNoise(y: usize, variance: usize, normal: usize, bytes: usize): void {
  for (let at: usize = 0; at < bytes; at += 16) {
    const noise = f32x4.mul(f32x4.sqrt(v128.load(variance + at)), v128.load(normal + at));
    v128.store(y + at, f32x4.add(v128.load(y + at), noise));
  }
}

/** out[t, :] += sum over i of x[t, i] w[i, :]; x is sparse. */
export function project(steps: i32, rows: i32, columns: i32, x: usize, w: usize, out: usize): void {
  const bytes = (<usize>columns) << 2;
  for (let t = 0; t < steps; t++) {
    for (let i = 0; i < rows; i++, x += 4) {
      const value = load<f32>(x);
      if (value !== 0) addScaled(out, value, w + <usize>i * bytes, bytes);
    }
    out += bytes;
  }
}

/** out[t, i] += sum over j of w[i, j] d[t, j], only if mask[t, i] is not 0. */
export function projectBack(
  steps: i32,
  rows: i32,
  columns: i32,
  d: usize,
  w: usize,
  mask: usize,
  out: usize,
): void {
  const bytes = (<usize>columns) << 2;
  for (let t = 0; t < steps; t++) {
    for (let i = 0; i < rows; i++, mask += 4, out += 4) {
      if (load<f32>(mask) !== 0) store<f32>(out, load<f32>(out) + dot(w + <usize>i * bytes, d, bytes));
    }
    d += bytes;
  }
}

/** out[i, :] += sum over t of x[t, i] d[t, :]; x is sparse. */
export function outer(steps: i32, rows: i32, columns: i32, x: usize, d: usize, out: usize): void {
  const bytes = (<usize>columns) << 2;
  for (let t = 0; t < steps; t++) {
    for (let i = 0; i < rows; i++, x += 4) {
      const value = load<f32>(x);
      if (value !== 0) addScaled(out + <usize>i * bytes, value, d, bytes);
    }
    d += bytes;
  }
}

/** out[t] = x[t] + decay out[t - 1]. */
export function filter(steps: i32, columns: i32, decay: f32, x: usize, out: usize): void {
  const bytes = (<usize>columns) << 2;
  memory.copy(out, x, bytes);
  for (let t = 1; t < steps; t++) {
    memory.copy(out + bytes, x + bytes, bytes);
    addScaled(out + bytes, decay, out, bytes);
    x += bytes;
    out += bytes;
  }
}

/** out[t] = x[t] + decay out[t + 1]: the adjoint of `filter`. */
export function filterBack(steps: i32, columns: i32, decay: f32, x: usize, out: usize): void {
  const bytes = (<usize>columns) << 2;
  const last = <usize>(steps - 1) * bytes;
  memory.copy(out + last, x + last, bytes);
  for (let t = steps - 2; t >= 0; t--) {
    const at = <usize>t * bytes;
    memory.copy(out + at, x + at, bytes);
    addScaled(out + at, decay, out + at + bytes, bytes);
  }
}

/** Height of the pseudo-derivative (Bellec et al. 2020). */
const DAMPING: f32 = 0.3;

/**
 * Leaky integrate-and-fire neurons with threshold 1 and soft reset, from `current` [steps, neurons] and their
 * own recurrent weights w [neurons, neurons]: v[t] = leak v[t-1] + current[t] + z[t-1] w - z[t-1], z[t] =
 * v[t] > 1. `refractory` holds a counter per neuron: for `refractorySteps` after a spike, z and
 * pseudo-derivative are 0. With `deviceVariance` [neurons, neurons] not 0, currents are noisy: each spike
 * adds its row, times its square, to `variance` [steps, neurons], which holds the variance of the input
 * currents before; `normals` are standard normal. `smooth` replaces the threshold by the integral of the
 * pseudo-derivative, so that differences check the gradient.
 */
export function spike(
  steps: i32,
  neurons: i32,
  leak: f32,
  refractorySteps: i32,
  smooth: bool,
  w: usize,
  current: usize,
  deviceVariance: usize,
  variance: usize,
  normals: usize,
  refractory: usize,
  v: usize,
  z: usize,
  pseudo: usize,
): void {
  const bytes = (<usize>neurons) << 2;
  memory.fill(refractory, 0, bytes);
  for (let t = 0; t < steps; t++) {
    memory.copy(v, current, bytes);
    if (t > 0) {
      addScaled(v, leak, v - bytes, bytes);
      addScaled(v, -1, z - bytes, bytes);
      for (let i = 0; i < neurons; i++) {
        const value = load<f32>(z - bytes + ((<usize>i) << 2));
        if (value === 0) continue;
        addScaled(v, value, w + <usize>i * bytes, bytes);
        if (deviceVariance) addScaled(variance, value * value, deviceVariance + <usize>i * bytes, bytes);
      }
    }
    if (deviceVariance) addNoise(v, variance, normals, bytes);
    for (let j: usize = 0; j < bytes; j += 4) {
      const distance = load<f32>(v + j) - 1;
      const waiting = load<i32>(refractory + j);
      let spiked: f32 = distance > 0 ? 1 : 0;
      let slope: f32 = max<f32>(0, 1 - abs(distance)) * DAMPING;
      if (smooth) {
        const d = min<f32>(1, max<f32>(-1, distance));
        spiked = DAMPING * (d < 0 ? 0.5 * (1 + d) * (1 + d) : 0.5 + d - 0.5 * d * d);
      } else if (waiting > 0) {
        spiked = 0;
        slope = 0;
      }
      store<i32>(refractory + j, !smooth && spiked !== 0 ? refractorySteps : max(0, waiting - 1));
      store<f32>(z + j, spiked);
      store<f32>(pseudo + j, slope);
    }
    current += bytes;
    variance += bytes;
    normals += bytes;
    v += bytes;
    z += bytes;
    pseudo += bytes;
  }
}

/**
 * Back through `spike`: fills the gradient by currents gi from the gradients by spikes gz and by voltages gv,
 * both [steps, neurons] and from outside of the neurons' own dynamics, and adds the gradient by the recurrent
 * weights to gw. A row of w is read only if the pseudo-derivative is not 0.
 */
export function spikeBack(
  steps: i32,
  neurons: i32,
  leak: f32,
  w: usize,
  z: usize,
  pseudo: usize,
  gz: usize,
  gv: usize,
  gi: usize,
  gw: usize,
): void {
  const bytes = (<usize>neurons) << 2;
  for (let t = steps - 1; t >= 0; t--) {
    const at = <usize>t * bytes;
    const here = gi + at;
    const next = here + bytes;
    const last = t === steps - 1;
    memory.copy(here, gv + at, bytes);
    if (!last) addScaled(here, leak, next, bytes);
    for (let i = 0; i < neurons; i++) {
      const j = (<usize>i) << 2;
      const slope = load<f32>(pseudo + at + j);
      const spiked = load<f32>(z + at + j);
      if (slope !== 0) {
        let gradient = load<f32>(gz + at + j);
        if (!last) gradient += dot(w + <usize>i * bytes, next, bytes) - load<f32>(next + j);
        store<f32>(here + j, load<f32>(here + j) + slope * gradient);
      }
      if (spiked !== 0 && !last) addScaled(gw + <usize>i * bytes, spiked, next, bytes);
    }
  }
}
