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

/** What a step graph takes beside what the runner keeps, by name. */
export type Feeds = Readonly<Record<string, Tensor>>;

/** The state of a run that has not begun. */
export const freshSnapshot = (parameters: Float32Array): Snapshot => ({
  step: 0,
  parameters,
  m: new Float32Array(parameters.length),
  v: new Float32Array(parameters.length),
});

const names = ['parameters', 'm', 'v'] as const;
const outputOf = { parameters: 'newParameters', m: 'newM', v: 'newV' } as const;

type State = Record<(typeof names)[number], Tensor>;

const dispose = (state: State) => {
  for (const name of names) state[name].dispose();
};

export class StepRunner {
  #state: State;
  readonly #noGradient: Tensor;
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
    this.#noGradient = this.#flat(new Float32Array(size));
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
    dispose(this.#state);
    this.step = snapshot.step;
    this.#state = this.#stateOf(snapshot);
  }

  /** One step at `rate` times each parameter's own rate. Returns the graph's other outputs. */
  async run(feeds: Feeds, rate: number): Promise<Record<string, Tensor>> {
    const { state, others } = await this.#run(feeds, rate);
    this.#take(state);
    return others;
  }

  /** One step over parts whose losses add up to the step's, which is returned. Needs a graph `inParts`. */
  async runParts(parts: readonly Feeds[], rate: number): Promise<number> {
    let [loss, before, next] = [0, this.#noGradient, this.#state];
    const wanted = ['loss', ...(this.#isInParts ? ['gradient'] : [])];
    for (const feeds of parts) {
      if (next !== this.#state) dispose(next);
      const { state, others } = await this.#run(feeds, rate, { before, wanted });
      loss += dataOf(others.loss)[0] ?? Number.NaN;
      [next, before] = [state, others.gradient ?? before];
    }
    this.#take(next);
    return loss;
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
    dispose(this.#state);
    await this.session.release();
    await this.download?.release();
  }

  get #isInParts(): boolean {
    return this.session.inputs.includes('gradientBefore');
  }

  /** `before`: the gradient of earlier parts; `wanted`: further outputs, all of them if left out. */
  async #run(
    feeds: Feeds,
    rate: number,
    { before = this.#noGradient, wanted }: { before?: Tensor; wanted?: readonly string[] } = {},
  ) {
    const all = {
      ...feeds,
      ...this.#state,
      ...(this.#isInParts && { gradientBefore: before }),
      rates: this.#rates,
      decays: this.#decays,
      rate: scalar(rate),
      corrections: floats(adamWCorrections(this.step + 1), [2]),
    };
    const outputs = wanted && [...Object.values(outputOf), ...wanted];
    const { newParameters, newM, newV, ...others } = await this.session.run(all, outputs);
    if (!newParameters || !newM || !newV) throw new Error('A step graph has three new vectors.');
    return { state: { parameters: newParameters, m: newM, v: newV }, others };
  }

  #take(state: State): void {
    dispose(this.#state);
    this.#state = state;
    this.step++;
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
