// Our writer and reader against each other, and both against an independent protobuf implementation.
import { describe, expect, it } from 'vitest';
import { readGoldStep } from '../../../../tests/golden/golden';
import { sampleLearned } from '../../../../tests/sampleLearned';
import {
  decodeModel,
  hasUnknownFields,
  rewriteModel,
  type AttributeMessage,
  type ModelMessage,
  type TensorMessage,
  type ValueMessage,
} from '../../../../tests/onnxSchema';
import { toyEncoder } from '../../../../tests/toyEncoder';
import { openEncoder, type Encoder } from '../encoders/encoder';
import { lowRankPairs, lowRankVector, questionPairs, textPairs } from '../encoders/lowRank';
import { textPassGraph } from '../encoders/textPass';
import { layoutQuestion } from '../entailment/question';
import { calibrate } from '../evaluation/calibrate';
import { questionGraph } from '../entailment/questionGraph';
import { classifierGraph } from '../packaging/classifierGraph';
import { embedWeights } from '../packaging/embedWeights';
import { contrastGraph } from '../training/contrastGraph';
import { stepGraph } from '../training/stepGraph';
import { attributeTypeCodes, dataTypeCodes } from './fields';
import type { Attribute, DataType, Initializer, Model, Value } from './model';
import { ParameterVector } from './parameterVector';
import { readModel } from './read';
import { writeModel } from './write';

const extremes = BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n, 2n ** 53n + 1n, -1n, 0n);
const tensor = (over: Partial<Initializer> = {}): Initializer => ({
  name: 'extremes',
  type: 'int64',
  shape: [5],
  data: new Uint8Array(extremes.buffer),
  ...over,
});

/** A model that uses everything that a model may hold, the corners included. */
const everything: Model = {
  irVersion: 10,
  opset: 20,
  producer: 'handful',
  metadata: { author: 'Zoë 你好', empty: '' },
  graph: {
    name: 'everything',
    nodes: [
      {
        name: 'n/0',
        opType: 'Anything',
        domain: 'com.example',
        inputs: ['x', '', 'scalar'],
        outputs: ['y', ''],
        attributes: {
          zero: { kind: 'int', value: 0 },
          minus: { kind: 'int', value: -1 },
          largest: { kind: 'int', value: Number.MAX_SAFE_INTEGER },
          smallest: { kind: 'int', value: Number.MIN_SAFE_INTEGER },
          float: { kind: 'float', value: -0.25 },
          string: { kind: 'string', value: 'ça va 👍🏽' },
          emptyString: { kind: 'string', value: '' },
          ints: { kind: 'ints', value: [0, -1, 300, Number.MIN_SAFE_INTEGER] },
          noInts: { kind: 'ints', value: [] },
          floats: { kind: 'floats', value: [0, -1.5, 2 ** -149, Infinity] },
          noFloats: { kind: 'floats', value: [] },
          tensor: { kind: 'tensor', value: tensor() },
        },
      },
      { name: 'n/1', opType: 'Bare', domain: '', inputs: [], outputs: ['z'], attributes: {} },
    ],
    inputs: [
      { name: 'x', type: 'float16', shape: ['batch', 'batch*text', 3, 0] },
      { name: 'scalar', type: 'float32', shape: [] },
    ],
    outputs: [
      { name: 'y', type: 'bool', shape: [1] },
      { name: 'z', type: 'int32', shape: ['batch'] },
    ],
    values: [{ name: 'w', type: 'float32', shape: ['batch*2', 384] }],
    initializers: [
      tensor(),
      tensor({ name: 'one', type: 'float32', shape: [], data: Uint8Array.of(0, 0, 128, 63) }),
      tensor({ name: 'none', type: 'int8', shape: [0, 4], data: new Uint8Array() }),
      tensor({
        name: 'far',
        type: 'uint8',
        shape: [7],
        data: { location: 'model.safetensors', offset: 2 ** 40 + 1, length: 7 },
      }),
    ],
  },
};

describe('read(write(model))', () => {
  it('is the model', () => {
    expect(readModel(writeModel(everything), 'It')).toEqual(everything);
  });

  it('keeps every bit of 64-bit constants', () => {
    const [constant] = readModel(writeModel(everything), 'It').graph.initializers;
    const data = constant?.data as Uint8Array;
    expect(new BigInt64Array(data.slice().buffer)).toEqual(extremes);
  });

  it('refuses whole numbers that it could not keep', () => {
    const withInt = (value: number): Model => {
      const attributes = { big: { kind: 'int', value } } as const;
      const nodes = everything.graph.nodes.map((node) => ({ ...node, attributes }));
      return { ...everything, graph: { ...everything.graph, nodes } };
    };
    expect(() => writeModel(withInt(2 ** 60))).toThrow(/1152921504606847000/);
    expect(() => writeModel(withInt(0.5))).toThrow(/0\.5/);
  });
});

describe('a damaged file', () => {
  it('cut off anywhere gives a sentence or a model that lacks its end, never another error', () => {
    const whole = writeModel(everything);
    let refused = 0;
    for (let length = 0; length < whole.length; length++) {
      try {
        readModel(whole.subarray(0, length), '"model.onnx"');
      } catch (error) {
        refused++;
        expect(error).toMatchObject({
          code: 'bad-graph',
          message: expect.stringMatching(
            /^"model.onnx" is not a readable ONNX file: .+\.$/,
          ) as string,
        });
      }
    }
    // All that can be read are the few lengths at which a field of the outermost message ends.
    expect(refused).toBeGreaterThan(whole.length - 6);
  });

  it('with any byte changed gives a sentence or another model, never another error', () => {
    const whole = writeModel(everything);
    for (let at = 0; at < whole.length; at++)
      for (const flip of [1, 7, 128, 255]) {
        const changed = whole.slice();
        changed[at] = (changed[at] ?? 0) ^ flip;
        try {
          readModel(changed, 'It');
        } catch (error) {
          expect(error).toMatchObject({ name: 'StudioError', code: 'bad-graph' });
        }
      }
  });

  it('is no graph at all', () => {
    expect(() => readModel(new Uint8Array(), 'It')).toThrow('It is not a readable ONNX file');
  });
});

// ---- every kind of model that we write

async function writtenModels(encoder: Encoder): Promise<Record<string, Model>> {
  const gold = await readGoldStep('single-3');
  const task = {
    kind: gold.kind,
    template: gold.template,
    labels: gold.labels.map((name) => ({ id: name, name })),
  };
  const question = await layoutQuestion(encoder.tokenizer, task);
  const pairs = textPairs(encoder.config, 2);
  const trained = new ParameterVector(
    Object.entries(gold.trainables).map(([name, { shape }]) => ({ name, shape })),
  );
  return {
    'step graph': stepGraph(encoder, question, trained, {
      kind: 'single',
      divergenceWeight: 1,
      longestGradient: 1,
      lowRank: lowRankPairs(encoder.config, 'lowRank', ['q', 'v', 'o', 'i', 'd'], 2),
    }),
    'contrast graph': contrastGraph(encoder, pairs, lowRankVector(pairs), {
      temperature: 0.1,
      longestGradient: 1,
      weights: { contrast: 1, pair: 1, prototype: 1 },
    }),
    'question graph': questionGraph(encoder, { deep: false, pairs: [] }),
    'question graph of all that is learned': questionGraph(encoder, {
      deep: true,
      pairs: questionPairs(encoder.config, 2),
    }),
    'text pass': textPassGraph(encoder),
    'contrast graph in 8 bits': contrastGraph(
      encoder,
      pairs,
      lowRankVector(pairs),
      { temperature: 0.1, longestGradient: 1, weights: { contrast: 1, pair: 1, prototype: 1 } },
      await calibrate(encoder),
    ),
    'classifier graph': await embedWeights(
      classifierGraph(encoder, await sampleLearned(encoder, 'single')),
      encoder.folder,
    ),
  };
}

const typeNames = new Map(
  Object.entries(dataTypeCodes).map(([name, code]) => [code, name as DataType]),
);
const typeOf = (code: number): DataType => typeNames.get(code) ?? 'bool';

function tensorOf(message: TensorMessage): Initializer {
  const entries = Object.fromEntries(message.externalData.map(({ key, value }) => [key, value]));
  const { location = '' } = entries;
  return {
    name: message.name,
    type: typeOf(message.dataType),
    shape: message.dims.map(Number),
    data:
      message.dataLocation === 1
        ? { location, offset: Number(entries.offset), length: Number(entries.length) }
        : message.rawData,
  };
}

function attributeOf({ type, f, i, s, t, floats, ints }: AttributeMessage): Attribute {
  switch (type) {
    case attributeTypeCodes.float:
      return { kind: 'float', value: f };
    case attributeTypeCodes.int:
      return { kind: 'int', value: Number(i) };
    case attributeTypeCodes.string:
      return { kind: 'string', value: new TextDecoder().decode(s) };
    case attributeTypeCodes.floats:
      return { kind: 'floats', value: floats };
    case attributeTypeCodes.ints:
      return { kind: 'ints', value: ints.map(Number) };
    default:
      if (!t) throw new Error('The attribute has no value.');
      return { kind: 'tensor', value: tensorOf(t) };
  }
}

function valueOf({ name, type }: ValueMessage): Value {
  const { elemType = 0, shape } = type?.tensorType ?? {};
  const dims = (shape?.dim ?? []).map(({ dimValue, dimParam }) =>
    dimParam === '' ? Number(dimValue) : dimParam,
  );
  return { name, type: typeOf(elemType), shape: dims };
}

/** The model in what the other implementation has read. */
function modelOf({ irVersion, producerName, graph, opsetImport, metadataProps }: ModelMessage) {
  return {
    irVersion: Number(irVersion),
    opset: Number(opsetImport.find(({ domain }) => domain === '')?.version),
    producer: producerName,
    metadata: Object.fromEntries(metadataProps.map(({ key, value }) => [key, value])),
    graph: {
      name: graph?.name,
      nodes: graph?.node.map(({ name, opType, domain, input, output, attribute }) => ({
        name,
        opType,
        domain,
        inputs: input,
        outputs: output,
        attributes: Object.fromEntries(attribute.map((each) => [each.name, attributeOf(each)])),
      })),
      inputs: graph?.input.map(valueOf),
      outputs: graph?.output.map(valueOf),
      values: graph?.valueInfo.map(valueOf),
      initializers: graph?.initializer.map(tensorOf),
    },
  };
}

describe('an independent protobuf implementation', () => {
  it('reads every model that we write as we meant it, and we what it writes', async () => {
    const models = await writtenModels(await openEncoder(toyEncoder));
    for (const [name, model] of Object.entries({ everything, ...models })) {
      const bytes = writeModel(model);
      const message = decodeModel(bytes);
      expect(hasUnknownFields(message), name).toBe(false);
      expect(modelOf(message), name).toEqual(model);
      // It writes lists of numbers one by one, and fields in another order.
      expect(readModel(rewriteModel(bytes), name), name).toEqual(model);
    }
  });
});

it('builds the same bytes from the same calls', async () => {
  const [first, second] = await Promise.all(
    [0, 1].map(async () => writtenModels(await openEncoder(toyEncoder))),
  );
  for (const [name, model] of Object.entries(first ?? {}))
    expect(Buffer.compare(writeModel(model), writeModel(second?.[name] ?? model)), name).toBe(0);
});
