// Tunes how the encoder reads texts: low-rank updates on its text side, by a contrast between the texts
// of one label and all others. The name of each label takes part as one more text of that label.
import { floats, type Tensor } from '../runtime/tensor';
import type { LowRankPair } from '../encoders/lowRank';
import type { ReadText } from '../encoders/tunedPass';
import { tunedFeeds } from '../evaluation/packedFeeds';
import type { Readers } from '../evaluation/readers';
import type { TextReader } from '../evaluation/textReader';
import { ParameterVector } from '../onnx/parameterVector';
import { textRows } from '../tokenization/textRow';
import { contrastTargets, type ContrastTargets } from './contrast';
import { contrastGraph } from './contrastGraph';
import { classesOf, type Labelled } from './labelled';
import { firstFactors } from './firstFactors';
import type { TextRecipe } from './recipe';
import { balancedBatches } from './sampler';
import { StepRunner, freshSnapshot, type Feeds } from './stepRunner';
import { StepTuning } from './stepTuning';
import type { PassPlan } from './tuning';

/** The name of a label as one more text of it. */
interface Anchor extends ReadText {
  /** The label's place in the task. */
  readonly label: number;
}

export class TextTuning extends StepTuning {
  readonly part = 'texts';

  private constructor(
    runner: StepRunner,
    fresh: Float32Array,
    private readonly labelled: Labelled,
    private readonly reader: TextReader,
    private readonly anchors: readonly Anchor[],
    private readonly feedsOf: (texts: readonly ReadText[]) => Feeds,
    private readonly recipe: TextRecipe,
    private readonly seed: number,
  ) {
    super(runner, fresh, recipe.warmUp);
  }

  static async open(
    readers: Readers,
    pairs: readonly LowRankPair[],
    labelled: Labelled,
    { recipe, seed }: { recipe: TextRecipe; seed: number },
  ): Promise<TextTuning> {
    const { encoder, provider } = readers;
    const { rate, decay } = recipe;
    const vector = new ParameterVector(
      pairs.flatMap(({ down, up }) => [down, up]).map((factor) => ({ ...factor, rate, decay })),
    );
    const model = contrastGraph(encoder, pairs, vector, recipe, await readers.maps());
    const fresh = firstFactors(vector, seed);
    const runner = await StepRunner.open(model, vector, freshSnapshot(fresh), {
      provider,
      weightsFolder: encoder.folder,
    });
    const { template, labels } = labelled.task;
    const words = labels.map(({ name, description }) => `${template} ${description ?? name}`);
    const anchorRows = await textRows(encoder.tokenizer, words, encoder.info.maxTextTokens);
    const reader = await readers.texts();
    // Only this much of what is read: keys and values are far larger.
    const anchors = (await reader.read(anchorRows)).map(({ ids, states }, label): Anchor => ({
      ids,
      states,
      label,
    }));
    const feedsOf = (some: readonly ReadText[]) => tunedFeeds(encoder.config, pairs, some);
    return new TextTuning(runner, fresh, labelled, reader, anchors, feedsOf, recipe, seed);
  }

  steps(pass: PassPlan): number {
    const { length: texts } = pass.rows;
    const stepTokens = this.stepTokens(pass);
    return stepCount(this.recipe, { texts, batch: this.#batchSize(), stepTokens });
  }

  stepTokens({ rows }: PassPlan): number {
    const lengths = rows.map((row) => this.labelled.rows[row]?.kept ?? 0);
    const mean = lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, lengths.length);
    const anchors = this.anchors.reduce((sum, { ids }) => sum + ids.length, 0);
    return Math.min(rows.length, this.#batchSize()) * mean + anchors;
  }

  protected batches(rows: readonly number[]): Generator<number[], never> {
    const sampling = { size: this.#batchSize(), perClass: this.recipe.perClass, seed: this.seed };
    return balancedBatches(rows, this.labelled.labels, sampling);
  }

  #batchSize(): number {
    const classes = new Set(this.labelled.labels.flatMap(classesOf)).size;
    return Math.min(this.recipe.mostTexts, classes * this.recipe.perClass);
  }

  /** The texts of the batch are read here, so that of many texts no more than these are held. */
  protected async feeds(batch: readonly number[]): Promise<Feeds[]> {
    const { rows, labels } = this.labelled;
    const texts = await this.reader.read(batch.flatMap((row) => rows[row] ?? []));
    const classes = batch.map((row) => classesOf(labels[row] ?? []));
    const present = new Set(classes.flat());
    const anchors = this.anchors.filter(({ label }) => present.has(label));
    const all = [...texts, ...anchors];
    const targets = contrastTargets([...classes, ...anchors.map(({ label }) => [label])]);
    return [{ ...this.feedsOf(all), ...contrastFeeds(targets, all.length) }];
  }
}

/** Steps over so many texts, of which each step sees `batch`, with `stepTokens` tokens together. */
export function stepCount(
  { passes, mostSteps, fewestSteps, mostTokens }: TextRecipe,
  { texts, batch, stepTokens }: { texts: number; batch: number; stepTokens: number },
): number {
  const seeing = Math.round((passes * texts) / batch);
  const affordable = Math.floor(mostTokens / stepTokens);
  return Math.max(fewestSteps, Math.min(seeing, mostSteps, affordable));
}

/** What to feed for `contrastInputs`. */
export function contrastFeeds(
  { anchors, members, classes, ...squares }: ContrastTargets,
  batch: number,
): Record<string, Tensor> {
  const pairs = Object.entries(squares).map(([name, data]) => [name, floats(data, [batch, batch])]);
  return {
    ...(Object.fromEntries(pairs) as Record<string, Tensor>),
    anchors: floats(anchors, [batch]),
    members: floats(members, [batch, classes]),
  };
}
