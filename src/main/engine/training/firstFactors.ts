import { createRandom } from '../experts/random';
import type { ParameterVector } from '../onnx/parameterVector';

/**
 * Where low-rank factors start: of each pair the first random with variance 1 / inputs, the second 0,
 * so that at first nothing changes (Hu et al. 2021). All other parameters are 0.
 */
export function firstFactors(vector: ParameterVector, seed: number): Float32Array {
  const random = createRandom(seed);
  const flat = new Float32Array(vector.size);
  for (const { name, shape } of vector.parameters) {
    if (!name.endsWith('.down')) continue;
    const deviation = 1 / Math.sqrt(shape[0] ?? 1);
    const factor = vector.view(flat, name);
    for (let i = 0; i < factor.length; i++) factor[i] = random.normal() * deviation;
  }
  return flat;
}
