// Runs a step graph again and again: keeps parameters and moments, counts steps, feeds the rest. On
// a graphics card the three vectors stay there between steps.
import type { ProviderName } from '../../../shared/domain';
import { GraphBuilder } from '../onnx/builder';
import type { Model } from '../onnx/model';
import { adamWCorrections, type Parameter } from '../optimizer/adamw';
import type { ParameterVector } from '../onnx/parameterVector';
import { Session } from '../runtime/session';
import { dataOf, floats, scalar, type Tensor } from '../runtime/tensor';

/** Everything that a run needs to go on later. Vectors are [size]. */
export interface Snapshot {
  /** Steps done. */
  readonly step: number;
  readonly parameters: Float32Array;
  readonly m: Float32Array;
  readonly v: Float32Array;
}

/** The state of a run that has not begun. */
export const freshSnapshot = (parameters: Float32Array): Snapshot => ({
  step: 0,
  parameters,
  m: new Float32Array(parameters.length),
  v: new Float32Array(parameters.length),
});

const names = ['parameters', 'm', 'v'] as const;
const outputOf = { parameters: 'newParameters', m: 'newM', v: 'newV' } as const;

export class StepRunner {
  #state: Record<(typeof names)[number], Tensor>;
  readonly #rates: Tensor;
  readonly #decays: Tensor;

  private constructor(
    private readonly session: Session,
    /** Brings vectors back from the graphics card; null where they never leave. */
    private readonly download: Session | null,
    private readonly size: number,
    vector: ParameterVector<Parameter>,
    snapshot: Snapshot,
  ) {
    this.step = snapshot.step;
    this.#state = this.#stateOf(snapshot);
    this.#rates = this.#flat(vector.spread(({ rate }) => rate));
    this.#decays = this.#flat(vector.spread(({ decay }) => decay));
  }

  /** Steps done. */
  step: number;

  static async open(
    model: Model,
    vector: ParameterVector<Parameter>,
    snapshot: Snapshot,
    { provider, weightsFolder }: { provider: ProviderName; weightsFolder: string },
  ): Promise<StepRunner> {
    const resident = names.map((name) => outputOf[name]);
    const session = await Session.open(model, { provider, weightsFolder, resident });
    const download = provider === 'webgpu' ? await openDownload(vector.size) : null;
    return new StepRunner(session, download, vector.size, vector, snapshot);
  }

  /** Takes up another state, as a new run or a later one. */
  restart(snapshot: Snapshot): void {
    for (const name of names) this.#state[name].dispose();
    this.step = snapshot.step;
    this.#state = this.#stateOf(snapshot);
  }

  /** One step at `rate` times each parameter's own rate. Returns the graph's other outputs. */
  async run(
    feeds: Readonly<Record<string, Tensor>>,
    rate: number,
  ): Promise<Record<string, Tensor>> {
    const outputs = await this.session.run({
      ...feeds,
      ...this.#state,
      rates: this.#rates,
      decays: this.#decays,
      rate: scalar(rate),
      corrections: floats(adamWCorrections(this.step + 1), [2]),
    });
    const { newParameters, newM, newV, ...others } = outputs;
    if (!newParameters || !newM || !newV) throw new Error('A step graph has three new vectors.');
    for (const name of names) this.#state[name].dispose();
    this.#state = { parameters: newParameters, m: newM, v: newV };
    this.step++;
    return others;
  }

  async snapshot(): Promise<Snapshot> {
    return {
      step: this.step,
      parameters: await this.#read(this.#state.parameters),
      m: await this.#read(this.#state.m),
      v: await this.#read(this.#state.v),
    };
  }

  async release(): Promise<void> {
    for (const name of names) this.#state[name].dispose();
    await this.session.release();
    await this.download?.release();
  }

  #stateOf({ parameters, m, v }: Snapshot) {
    return { parameters: this.#flat(parameters), m: this.#flat(m), v: this.#flat(v) };
  }

  #flat(data: Float32Array): Tensor {
    return floats(data, [this.size]);
  }

  /** A tensor on the graphics card has no data of its own here: it is copied by a graph. */
  async #read(tensor: Tensor): Promise<Float32Array> {
    if (tensor.location === 'cpu' || !this.download) return dataOf(tensor);
    return dataOf((await this.download.run({ x: tensor })).y);
  }
}

async function openDownload(size: number): Promise<Session> {
  const g = new GraphBuilder('download');
  const y = g.input('x', 'float32', [size]);
  return Session.open(g.model({ y }), { provider: 'webgpu' });
}
