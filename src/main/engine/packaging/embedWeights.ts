import { open } from 'node:fs/promises';
import path from 'node:path';
import { isExternal, type Initializer, type Model } from '../onnx/model';

/** The model with the bytes of its external constants inside, so that it is one file. */
export async function embedWeights(model: Model, folder: string): Promise<Model> {
  const initializers: Initializer[] = [];
  for (const initializer of model.graph.initializers) {
    const { data } = initializer;
    initializers.push(
      isExternal(data)
        ? { ...initializer, data: await readRange(path.join(folder, data.location), data) }
        : initializer,
    );
  }
  return { ...model, graph: { ...model.graph, initializers } };
}

async function readRange(
  file: string,
  { offset, length }: { offset: number; length: number },
): Promise<Uint8Array> {
  const handle = await open(file, 'r');
  try {
    const bytes = new Uint8Array(length);
    await handle.read(bytes, 0, length, offset);
    return bytes;
  } finally {
    await handle.close();
  }
}
