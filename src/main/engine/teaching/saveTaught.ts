// The folder that a teaching leaves: weights as float16, config, tokenizer, and a card that says what the
// encoder was taught with and how it does.
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { weightsFile, type Encoder } from '../encoders/encoder';
import { linearTensor } from '../encoders/bert';
import { bertTensors } from '../encoders/bertTensors';
import type { LowRankPair } from '../encoders/lowRank';
import { openSafetensors, writeSafetensors, type NamedTensor } from '../weights/safetensors';
import { encoderCard } from './encoderCard';
import type { HeldOutScore } from './heldOut';
import { turned, type Taught } from './taughtTensors';
import type { TeachRequest } from './teachRequest';
import { stateInput } from './teachingGraph';
import type { TeachingState } from './teachingRunner';
import type { TeachingSet } from './teachingSets';

/** Writes everything but the base's own files first, the weights last: a folder with weights is whole. */
export async function saveTaught(
  request: TeachRequest,
  encoder: Encoder,
  made: {
    readonly tensors: readonly Taught[];
    readonly pairs: readonly LowRankPair[];
    readonly state: TeachingState;
    readonly sets: readonly TeachingSet[];
    readonly scores: readonly HeldOutScore[];
  },
): Promise<void> {
  const { out, keep } = request;
  for (const name of ['tokenizer.json', 'tokenizer_config.json', 'special_tokens_map.json'])
    await copyFile(path.join(encoder.folder, name), path.join(out, name)).catch(
      (error: unknown) => {
        if (name === 'tokenizer.json') throw error;
      },
    );
  const config = JSON.parse(
    await readFile(path.join(encoder.folder, 'config.json'), 'utf8'),
  ) as object;
  const handful = {
    ...encoder.config.handful,
    ...(request.name !== undefined && { name: request.name }),
    entailment: ['entailment', 'neutral', 'contradiction'],
  };
  const taught = { ...config, torch_dtype: 'float16', handful };
  await writeFile(path.join(out, 'config.json'), `${JSON.stringify(taught, null, 2)}\n`);
  await writeFile(path.join(out, 'README.md'), encoderCard(request, encoder, made));

  const file = await openSafetensors(path.join(encoder.folder, weightsFile));
  try {
    const byName = new Map(made.tensors.map((tensor) => [tensor.name, tensor]));
    const updates = new Map(
      made.pairs.map((pair) => [`${linearTensor(pair.layer, pair.linear)}.weight`, pair]),
    );
    const stored: NamedTensor[] = [];
    for (const [name, shape] of bertTensors(encoder.config)) {
      const from = [name, `bert.${name}`].find((each) => file.tensors.has(each));
      const before = from === undefined ? null : await file.read(from);
      const data = taughtData(byName.get(name), made.state) ?? before;
      if (!data) throw new Error(`"${name}" is neither taught nor in the base.`);
      const pair = updates.get(name);
      if (pair) addProduct(data, pair, made.state);
      if (before && name.startsWith('encoder.'))
        for (const [i, value] of data.entries())
          data[i] = (1 - keep) * value + keep * (before[i] ?? 0);
      stored.push({ name, shape, data, dtype: 'F16' });
    }
    await writeSafetensors(path.join(out, weightsFile), stored, { format: 'pt' });
  } finally {
    await file.close();
  }
}

/** A taught tensor as the file has it. */
function taughtData(tensor: Taught | undefined, state: TeachingState): Float32Array | null {
  const data = tensor && state.get(stateInput('parameter', tensor.name));
  if (!data) return null;
  const [rows = 1, columns = 1] = tensor.shape;
  return tensor.isTurned ? turned(data, rows, columns) : Float32Array.from(data);
}

/** Adds down * up, [in, out], to a stored map [out, in]. */
function addProduct(data: Float32Array, { down, up }: LowRankPair, state: TeachingState): void {
  const first = state.get(stateInput('parameter', down.name));
  const second = state.get(stateInput('parameter', up.name));
  if (!first || !second) throw new Error(`The factors of "${down.name}" are missing.`);
  const [inputs, rank] = down.shape;
  const outputs = up.shape[1];
  for (let to = 0; to < outputs; to++)
    for (let from = 0; from < inputs; from++) {
      let sum = 0;
      for (let r = 0; r < rank; r++)
        sum += (first[from * rank + r] ?? 0) * (second[r * outputs + to] ?? 0);
      data[to * inputs + from] = (data[to * inputs + from] ?? 0) + sum;
    }
}
