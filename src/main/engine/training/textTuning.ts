// Tunes how the encoder reads texts: low-rank updates on its text side, by a contrast between the texts
// of one label and all others. The name of each label takes part as one more text of that label.
import { floats, type Tensor } from '../runtime/tensor';
import type { LowRankPair } from '../encoders/lowRank';
import type { Readers } from '../evaluation/readers';
import { packedFeeds } from '../evaluation/tunedReader';
import { ParameterVector } from '../onnx/parameterVector';
import type { Parameter } from '../optimizer/adamw';
import { linearSchedule } from '../optimizer/schedule';
import { textRow } from '../tokenization/textRow';
import { contrastTargets, type ContrastTargets } from './contrast';
import { contrastGraph } from './contrastGraph';
import { classesOf, type Labelled } from './labelled';
import { firstFactors } from './firstFactors';
import type { TextRecipe } from './recipe';
import { balancedBatches } from './sampler';
import { StepRunner, freshSnapshot, type Snapshot } from './stepRunner';
import type { PassPlan, Tuning } from './tuning';

interface Anchor {
  readonly ids: ArrayLike<number>;
  readonly classes: readonly number[];
}

export class TextTuning implements Tuning {
  readonly part = 'texts';
  #batches: Generator<number[], never> | null = null;
  #pass: PassPlan = { rows: [], share: 1 };

  private constructor(
    private readonly runner: StepRunner,
    private readonly vector: ParameterVector<Parameter>,
    private readonly labelled: Labelled,
    private readonly anchors: readonly Anchor[],
    private readonly recipe: TextRecipe,
    private readonly seed: number,
  ) {}

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
    const runner = await StepRunner.open(model, vector, freshSnapshot(firstFactors(vector, seed)), {
      provider,
      weightsFolder: encoder.folder,
    });
    const { template, labels } = labelled.task;
    const anchors = await Promise.all(
      labels.map(async ({ name, description }, place): Promise<Anchor> => {
        const words = `${template} ${description ?? name}`;
        const { ids } = await textRow(encoder.tokenizer, words, encoder.info.maxTextTokens);
        return { ids, classes: [place] };
      }),
    );
    return new TextTuning(runner, vector, labelled, anchors, recipe, seed);
  }

  steps(pass: PassPlan): number {
    const { mostSteps, fewestSteps, mostTokens } = this.recipe;
    const affordable = Math.floor(mostTokens / this.stepTokens(pass));
    const steps = Math.min(mostSteps, affordable) * pass.share;
    return Math.round(Math.max(fewestSteps * Math.min(1, 2 * pass.share), steps));
  }

  stepTokens({ rows }: PassPlan): number {
    const lengths = rows.map((row) => this.labelled.rows[row]?.kept ?? 0);
    const mean = lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, lengths.length);
    const anchors = this.anchors.reduce((sum, { ids }) => sum + ids.length, 0);
    return Math.min(rows.length, this.#batchSize()) * mean + anchors;
  }

  begin(pass: PassPlan, from: Snapshot | null): void {
    this.runner.restart(from ?? freshSnapshot(firstFactors(this.vector, this.seed)));
    this.#pass = pass;
    const sampling = { size: this.#batchSize(), perClass: this.recipe.perClass, seed: this.seed };
    this.#batches = balancedBatches(pass.rows, this.labelled.labels, sampling);
    for (let done = 0; done < this.runner.step; done++) this.#batches.next();
  }

  async step(): Promise<number> {
    const batch = this.#batches?.next().value ?? this.#pass.rows;
    const rate = linearSchedule(this.runner.step, this.steps(this.#pass), this.recipe.warmUp);
    const outputs = await this.runner.run(this.#feeds(batch), rate);
    return (outputs.loss?.data as Float32Array)[0] ?? Number.NaN;
  }

  snapshot(): Promise<Snapshot> {
    return this.runner.snapshot();
  }

  async release(): Promise<void> {
    await this.runner.release();
  }

  #batchSize(): number {
    const classes = new Set(this.labelled.labels.flatMap(classesOf)).size;
    return Math.min(this.recipe.mostTexts, classes * this.recipe.perClass);
  }

  #feeds(batch: readonly number[]): Record<string, Tensor> {
    const texts = batch.map((row) => ({
      ids: this.labelled.rows[row]?.ids ?? [],
      classes: classesOf(this.labelled.labels[row] ?? []),
    }));
    const present = new Set(texts.flatMap(({ classes }) => classes));
    const all = [...texts, ...this.anchors.filter(({ classes: [own = -1] }) => present.has(own))];
    const targets = contrastTargets(all.map(({ classes }) => classes));
    return { ...packedFeeds(all.map(({ ids }) => ids)), ...contrastFeeds(targets, all.length) };
  }
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
