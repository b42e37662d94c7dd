// Turns an encoder's linear maps into 8 bits: reads a few dozen sentences in float32 once, to see how
// large the inputs of each map become.
import path from 'node:path';
import { bertGraph, linearTensor } from '../encoders/bert';
import { weightsFile, type Encoder } from '../encoders/encoder';
import { linearNames, type LinearName } from '../encoders/graph';
import {
  inputNames,
  int8Input,
  int8Map,
  sharedInput,
  type Int8Input,
  type Int8Map,
  type Int8Maps,
} from '../encoders/int8';
import { packedInputs, textPass } from '../encoders/textPass';
import { GraphBuilder } from '../onnx/builder';
import type { Model, Value } from '../onnx/model';
import { Session } from '../runtime/session';
import { dataOf } from '../runtime/tensor';
import { textRows } from '../tokenization/textRow';
import { openSafetensors } from '../weights/safetensors';
import { calibrationTexts } from './calibrationTexts';
import { packedFeeds } from './packedFeeds';

/** Inputs: those of `packedInputs`. Outputs: low.n.name and high.n.name [in] of each input of a linear map. */
function rangesGraph(encoder: Encoder): Model {
  const g = new GraphBuilder('ranges');
  const found: Record<string, Value> = {};
  const adapter = (layer: number, linear: LinearName, x: Value) => {
    if (sharedInput(linear) === linear) {
      found[`high.${layer}.${linear}`] = g.reduceMax(x, [0]);
      found[`low.${layer}.${linear}`] = g.neg(g.reduceMax(g.neg(x), [0]));
    }
    return null;
  };
  const graph = bertGraph(g, encoder);
  textPass(g, graph, packedInputs(g, graph.heads), { adapter });
  return g.model(found);
}

/** The maps of all layers. Throws 'encoder-damaged' where the weights cannot be read. */
export async function calibrate(encoder: Encoder): Promise<Int8Maps> {
  const { folder, config, tokenizer, info } = encoder;
  const session = await Session.open(rangesGraph(encoder), {
    provider: 'cpu',
    weightsFolder: folder,
  });
  const rows = await textRows(tokenizer, calibrationTexts, info.maxTextTokens);
  const ranges = await session.run(
    packedFeeds(
      rows.map(({ ids }) => ids),
      config.num_attention_heads,
    ),
  );
  await session.release();

  const inputs = new Map<string, Int8Input>();
  const maps = new Map<string, Int8Map>();
  const weights = await openSafetensors(path.join(folder, weightsFile));
  const read = (name: string) => weights.read(weights.tensors.has(name) ? name : `bert.${name}`);
  try {
    for (let n = 0; n < config.num_hidden_layers; n++) {
      for (const name of inputNames)
        inputs.set(
          `${n}.${name}`,
          int8Input(dataOf(ranges[`low.${n}.${name}`]), dataOf(ranges[`high.${n}.${name}`])),
        );
      for (const name of linearNames) {
        const tensor = linearTensor(n, name);
        const { factors } = of(inputs, `${n}.${sharedInput(name)}`);
        const [weight, bias] = [await read(`${tensor}.weight`), await read(`${tensor}.bias`)];
        maps.set(`${n}.${name}`, int8Map(weight, bias, factors));
      }
    }
  } finally {
    await weights.close();
  }
  return {
    inputOf: (layer, linear) => of(inputs, `${layer}.${sharedInput(linear)}`),
    mapOf: (layer, linear) => of(maps, `${layer}.${linear}`),
  };
}

function of<T>(from: ReadonlyMap<string, T>, place: string): T {
  const found = from.get(place);
  if (found === undefined) throw new Error(`There is no linear map "${place}".`);
  return found;
}
