// Runs the teaching step again and again: keeps every taught tensor with its moments, counts steps. On
// a graphics card they stay there between steps.
import type { ProviderName } from '../../../shared/domain';
import type { Model } from '../onnx/model';
import { adamWCorrections } from '../optimizer/adamw';
import { Session } from '../runtime/session';
import { dataOf, floats, scalar, type Tensor } from '../runtime/tensor';
import { GraphBuilder } from '../onnx/builder';
import { stateInput, stateNames, stateOutput } from './teachingGraph';
import type { Taught } from './taughtTensors';

/** Every taught tensor and its moments, by the names of the step's inputs. */
export type TeachingState = ReadonlyMap<string, Float32Array>;

const keysOf = (tensors: readonly Taught[]) =>
  tensors.flatMap(({ name, shape }) =>
    stateNames.map((kind) => ({
      input: stateInput(kind, name),
      output: stateOutput(kind, name),
      shape,
    })),
  );

export class TeachingRunner {
  readonly #state = new Map<string, Tensor>();

  private constructor(
    private readonly session: Session,
    private readonly tensors: readonly Taught[],
    /** Steps done. */
    public step: number,
  ) {}

  /** `state` may lack moments, which then start at 0. */
  static async open(
    model: Model,
    tensors: readonly Taught[],
    { state, step }: { state: TeachingState; step: number },
    { provider, weightsFolder }: { provider: ProviderName; weightsFolder: string },
  ): Promise<TeachingRunner> {
    const resident = keysOf(tensors).map(({ output }) => output);
    const session = await Session.open(model, { provider, weightsFolder, resident });
    const runner = new TeachingRunner(session, tensors, step);
    for (const { input, shape } of keysOf(tensors)) {
      const size = shape.reduce((product, dim) => product * dim, 1);
      runner.#state.set(input, floats(state.get(input) ?? new Float32Array(size), shape));
    }
    return runner;
  }

  /** One step; returns the loss and its terms. */
  async run(feeds: Readonly<Record<string, Tensor>>, rate: number): Promise<Map<string, number>> {
    const all: Record<string, Tensor> = {
      ...feeds,
      ...Object.fromEntries(this.#state),
      rate: scalar(rate),
      corrections: floats(adamWCorrections(this.step + 1), [2]),
    };
    const outputs = await this.session.run(all);
    for (const { input, output } of keysOf(this.tensors)) {
      const next = outputs[output];
      if (!next) throw new Error(`A teaching step has no "${output}".`);
      this.#state.get(input)?.dispose();
      this.#state.set(input, next);
    }
    this.step++;
    const terms = ['loss', 'pair', 'ranking', 'distillation'];
    return new Map(
      terms.flatMap((term) => {
        const tensor = outputs[term];
        return tensor ? [[term, dataOf(tensor)[0] ?? Number.NaN] as const] : [];
      }),
    );
  }

  /** The taught tensors as they are, to be fed to another graph. */
  get parameters(): Record<string, Tensor> {
    return Object.fromEntries(
      this.tensors.map(({ name }) => {
        const input = stateInput('parameter', name);
        const tensor = this.#state.get(input);
        if (!tensor) throw new Error(`"${name}" has no state.`);
        return [input, tensor] as const;
      }),
    );
  }

  /** Copies of everything that goes on to the next step. */
  async state(): Promise<TeachingState> {
    const copies = new Map<string, Float32Array>();
    for (const [name, tensor] of this.#state) copies.set(name, await read(tensor));
    return copies;
  }

  async release(): Promise<void> {
    for (const tensor of this.#state.values()) tensor.dispose();
    await this.session.release();
  }
}

/** A tensor on the graphics card has no data of its own here: it is copied by a graph. */
async function read(tensor: Tensor): Promise<Float32Array> {
  if (tensor.location === 'cpu') return Float32Array.from(dataOf(tensor));
  const g = new GraphBuilder('download');
  const y = g.input('x', 'float32', [...tensor.dims]);
  const session = await Session.open(g.model({ y }), { provider: 'webgpu' });
  const data = dataOf((await session.run({ x: tensor })).y);
  await session.release();
  return data;
}
