// Tunes how the encoder reads texts: low-rank updates on its text side, by a contrast between the texts
// of one label and all others. The name of each label takes part as one more text of that label.
import { floats, type Tensor } from '../runtime/tensor';
import type { LowRankPair } from '../encoders/lowRank';
import type { Readers } from '../evaluation/readers';
import { packedFeeds } from '../evaluation/tunedReader';
import { ParameterVector } from '../onnx/parameterVector';
import type { Parameter } from '../optimizer/adamw';
import { textRow } from '../tokenization/textRow';
import { contrastTargets, type ContrastTargets } from './contrast';
import { contrastGraph } from './contrastGraph';
import { classesOf, type Labelled } from './labelled';
import { firstFactors } from './firstFactors';
import type { TextRecipe } from './recipe';
import { balancedBatches } from './sampler';
import { StepRunner, freshSnapshot, type Feeds } from './stepRunner';
import { StepTuning } from './stepTuning';
import type { PassPlan } from './tuning';

interface Anchor {
  readonly ids: ArrayLike<number>;
  readonly classes: readonly number[];
}

export class TextTuning extends StepTuning {
  readonly part = 'texts';

  private constructor(
    runner: StepRunner,
    private readonly vector: ParameterVector<Parameter>,
    private readonly labelled: Labelled,
    private readonly anchors: readonly Anchor[],
    private readonly recipe: TextRecipe,
    private readonly seed: number,
  ) {
    super(runner, recipe.warmUp);
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

  protected fresh(): Float32Array {
    return firstFactors(this.vector, this.seed);
  }

  protected batches(rows: readonly number[]): Generator<number[], never> {
    const sampling = { size: this.#batchSize(), perClass: this.recipe.perClass, seed: this.seed };
    return balancedBatches(rows, this.labelled.labels, sampling);
  }

  #batchSize(): number {
    const classes = new Set(this.labelled.labels.flatMap(classesOf)).size;
    return Math.min(this.recipe.mostTexts, classes * this.recipe.perClass);
  }

  protected feeds(batch: readonly number[]): Promise<Feeds[]> {
    const texts = batch.map((row) => ({
      ids: this.labelled.rows[row]?.ids ?? [],
      classes: classesOf(this.labelled.labels[row] ?? []),
    }));
    const present = new Set(texts.flatMap(({ classes }) => classes));
    const all = [...texts, ...this.anchors.filter(({ classes: [own = -1] }) => present.has(own))];
    const targets = contrastTargets(all.map(({ classes }) => classes));
    const packed = packedFeeds(all.map(({ ids }) => ids));
    return Promise.resolve([{ ...packed, ...contrastFeeds(targets, all.length) }]);
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
