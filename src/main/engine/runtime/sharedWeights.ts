// Weights that a file holds in float16, as float32 in memory: one copy for all graphs that are open, fed
// at every run. A runtime widens them itself, but anew for each graph and only while it looks for other
// improvements; and it packs them anew for each graph, which takes longer than few steps gain by it.
import { open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { StudioError } from '../../../shared/errors';
import { isExternal, type ExternalData, type Initializer, type Model } from '../onnx/model';
import { decodeFloat16 } from '../weights/float16';
import { floats, type Tensor } from './tensor';

/** A constant that another file holds. */
interface Stored extends Initializer {
  readonly data: ExternalData;
}

/** By file and place; gone when no open graph holds them any more. */
const shared = new Map<string, WeakRef<Tensor>>();

/**
 * The graph with the stored constants that it casts from float16 to float32 as inputs, and what to feed
 * to these. Tables, of which a graph casts a few rows alone, stay where they are. `folder`: where that is.
 */
export async function feedWeights(
  model: Model,
  folder: string,
): Promise<{ model: Model; weights: Readonly<Record<string, Tensor>> }> {
  const { graph } = model;
  const stored = new Map(graph.initializers.filter(isStored).map((each) => [each.name, each]));
  const widened: Stored[] = [];
  const nodes = graph.nodes.filter(({ opType, inputs: [from = ''], outputs: [name = ''] }) => {
    const constant = opType === 'Cast' ? stored.get(from) : undefined;
    if (constant?.type !== 'float16') return true;
    widened.push({ ...constant, name, type: 'float32' });
    return false;
  });
  const read = new Set(nodes.flatMap(({ inputs }) => inputs));
  const initializers = graph.initializers.filter(({ name }) => read.has(name));
  const inputs = [
    ...graph.inputs,
    ...widened.map(({ name, type, shape }) => ({ name, type, shape })),
  ];
  return {
    model: { ...model, graph: { ...graph, nodes, inputs, initializers } },
    weights: await readAll(folder, widened),
  };
}

const isStored = (each: Initializer): each is Stored => isExternal(each.data);

async function readAll(folder: string, constants: readonly Stored[]) {
  const opened = new Map<string, { handle: FileHandle; version: string }>();
  const tensors: Record<string, Tensor> = {};
  try {
    for (const { name, shape, data } of constants) {
      const file = path.join(folder, data.location);
      const { handle, version } = opened.get(file) ?? (await openFile(file));
      opened.set(file, { handle, version });
      const key = `${version} ${data.offset} ${shape.join()}`;
      const known = shared.get(key)?.deref();
      tensors[name] = known ?? floats(await widen(handle, data, file), shape);
      shared.set(key, new WeakRef(tensors[name]));
    }
    return tensors;
  } finally {
    for (const { handle } of opened.values()) await handle.close();
  }
}

/** The file, and what tells it from others that have been in its place. */
async function openFile(file: string): Promise<{ handle: FileHandle; version: string }> {
  const handle = await open(file, 'r').catch((cause: unknown) => {
    throw new StudioError(
      'encoder-missing',
      `The weights "${file}" cannot be opened (${String(cause)}). Install the encoder again.`,
    );
  });
  const { ino, size, mtimeMs } = await handle.stat();
  return { handle, version: `${file} ${ino} ${size} ${mtimeMs}` };
}

async function widen(
  handle: FileHandle,
  { offset, length }: ExternalData,
  file: string,
): Promise<Float32Array> {
  const bits = new Uint16Array(length / 2);
  const { bytesRead } = await handle.read(bits, 0, length, offset);
  if (bytesRead < length)
    throw new StudioError('encoder-damaged', `"${file}" is shorter than it was. Install it again.`);
  const numbers = new Float32Array(bits.length);
  decodeFloat16(bits, numbers);
  return numbers;
}
