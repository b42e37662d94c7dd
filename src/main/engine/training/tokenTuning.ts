// Tunes what the question is made of: template and label tokens, entailment head, bias and scale
// (DART, Zhang et al. 2021, over the shared-text layout). The texts' keys and values are kept, so a
// step touches only the question's few tokens.
import { floats } from '../runtime/tensor';
import { joinMemories } from '../evaluation/textMemory';
import type { QuestionState } from '../evaluation/questionState';
import type { Encoder } from '../encoders/encoder';
import type { Readers } from '../evaluation/readers';
import { confidenceOf } from '../evaluation/learned';
import type { TextReader } from '../evaluation/textReader';
import { ParameterVector } from '../onnx/parameterVector';
import type { Parameter } from '../optimizer/adamw';
import type { Labelled } from './labelled';
import { firstFactors } from './firstFactors';
import type { Plan } from './plan';
import type { TokenRecipe } from './recipe';
import { balancedBatches } from './sampler';
import { stepGraph } from './stepGraph';
import { stepParts } from './stepParts';
import { StepRunner, freshSnapshot, type Feeds } from './stepRunner';
import { StepTuning } from './stepTuning';
import type { PassPlan } from './tuning';

export class TokenTuning extends StepTuning {
  readonly part = 'words';

  private constructor(
    runner: StepRunner,
    fresh: Float32Array,
    private readonly vector: ParameterVector<Parameter>,
    private readonly start: QuestionState,
    private readonly plan: Plan,
    private readonly labelled: Labelled,
    /** Answers before training as probabilities, [texts, K]. */
    private readonly prior: Float32Array,
    private readonly recipe: TokenRecipe,
    private readonly seed: number,
    private readonly reader: TextReader,
  ) {
    super(runner, fresh, recipe.warmUp);
  }

  static async open(
    readers: Readers,
    start: QuestionState,
    labelled: Labelled,
    /** Scores before training, [texts, K]. */
    zeroShot: Float32Array,
    { plan, recipe, seed }: { plan: Plan; recipe: TokenRecipe; seed: number },
  ): Promise<TokenTuning> {
    const { encoder, provider } = readers;
    const vector = tokenVector(encoder, start, plan, recipe);
    const { divergenceWeight, longestGradient } = recipe;
    const options = {
      kind: labelled.task.kind,
      divergenceWeight,
      longestGradient,
      lowRank: plan.questionPairs,
    };
    const model = stepGraph(encoder, start.question, vector, options);
    const fresh = flatten(vector, start, seed);
    const runner = await StepRunner.open(model, vector, freshSnapshot(fresh), {
      provider,
      weightsFolder: encoder.folder,
    });
    const prior = confidenceOf(labelled.task.kind, zeroShot, labelled.task.labels.length);
    const reader = await readers.texts();
    return new TokenTuning(
      runner,
      fresh,
      vector,
      start,
      plan,
      labelled,
      prior,
      recipe,
      seed,
      reader,
    );
  }

  steps({ rows }: PassPlan): number {
    const { passes, batch, mostSteps } = this.recipe;
    return Math.max(1, Math.min(mostSteps, Math.round((passes * rows.length) / batch)));
  }

  stepTokens({ rows }: PassPlan): number {
    return Math.min(this.recipe.batch, rows.length) * this.start.question.ids.length;
  }

  protected batches(rows: readonly number[]): Generator<number[], never> {
    const { batch: size } = this.recipe;
    const sampling = { size, perClass: size, seed: this.seed };
    return balancedBatches(rows, this.labelled.labels, sampling);
  }

  protected async feeds(batch: readonly number[]): Promise<Feeds[]> {
    const feeds: Feeds[] = [];
    for (const part of stepParts(batch, this.start.question.ids.length))
      feeds.push(await this.#partFeeds(part, batch.length));
    return feeds;
  }

  /** The question as the parameters make it. */
  stateOf(parameters: Float32Array): QuestionState {
    const view = (name: string) => this.vector.view(parameters, name);
    const [first] = this.plan.questionPairs;
    return {
      question: this.start.question,
      isTuned: true,
      tokens: view('tokens'),
      deep: this.plan.deep ? view('deep') : null,
      lowRank: first
        ? {
            pairs: this.plan.questionPairs,
            parameters: this.vector.from(parameters, first.down.name),
          }
        : null,
      headWeight: view('head.weight'),
      headBias: view('head.bias'),
      bias: view('bias'),
      logScale: view('logScale')[0] ?? 0,
    };
  }

  /** Of a batch of `all` texts those of one part. */
  async #partFeeds(batch: readonly number[], all: number): Promise<Feeds> {
    const { rows, targets, task } = this.labelled;
    const memories = await this.reader.read(batch.flatMap((row) => rows[row] ?? []));
    const labels = task.labels.length;
    const rowsOf = (matrix: Float32Array) =>
      floats(
        Float32Array.from(
          batch.flatMap((row) => [...matrix.subarray(row * labels, (row + 1) * labels)]),
        ),
        [batch.length, labels],
      );
    const wanted = rowsOf(targets);
    if (task.kind === 'single') smooth(wanted.data as Float32Array, this.recipe.smoothing, labels);
    return {
      ...joinMemories(memories, this.reader.shape),
      targets: wanted,
      prior: rowsOf(this.prior),
      weights: floats(new Float32Array(batch.length).fill(1 / all), [batch.length]),
    };
  }
}

/** Label smoothing (Szegedy et al. 2016): a little of every label's certainty goes to all labels. */
function smooth(targets: Float32Array, amount: number, labels: number): void {
  for (let i = 0; i < targets.length; i++)
    targets[i] = (targets[i] ?? 0) * (1 - amount) + amount / labels;
}

/** The low-rank factors come last, so that they lie together. */
function tokenVector(
  { config }: Encoder,
  { question, bias }: QuestionState,
  { deep, questionPairs }: Plan,
  { rates, decay }: TokenRecipe,
): ParameterVector<Parameter> {
  const { hidden_size: hidden, num_hidden_layers: layers } = config;
  const places = question.ids.length;
  const factors = questionPairs.flatMap(({ down, up }) => [down, up]);
  return new ParameterVector<Parameter>([
    { name: 'tokens', shape: [places, hidden], rate: rates.tokens, decay },
    { name: 'head.weight', shape: [3, hidden], rate: rates.head, decay },
    { name: 'head.bias', shape: [3], rate: rates.head, decay },
    { name: 'bias', shape: [bias.length], rate: rates.bias, decay: 0 },
    { name: 'logScale', shape: [], rate: rates.bias, decay: 0 },
    ...(deep ? [{ name: 'deep', shape: [layers, places, hidden], rate: rates.deep, decay }] : []),
    ...factors.map((factor) => ({ ...factor, rate: rates.lowRank, decay })),
  ]);
}

function flatten(
  vector: ParameterVector<Parameter>,
  state: QuestionState,
  seed: number,
): Float32Array {
  const flat = firstFactors(vector, seed);
  vector.view(flat, 'tokens').set(state.tokens);
  vector.view(flat, 'head.weight').set(state.headWeight);
  vector.view(flat, 'head.bias').set(state.headBias);
  vector.view(flat, 'bias').set(state.bias);
  vector.view(flat, 'logScale').set([state.logScale]);
  return flat;
}
