// The model card of a taught encoder, from what is known when it is written.
import type { Encoder } from '../encoders/encoder';
import { meanAccuracy, type HeldOutScore } from './heldOut';
import { licenceOf } from './recasts';
import type { TeachRequest } from './teachRequest';
import type { Taught } from './taughtTensors';
import type { TeachingSet } from './teachingSets';

const percent = (part: number) => `${(100 * part).toFixed(1)} %`;

export function encoderCard(
  { name, recipe, share, keep }: TeachRequest,
  encoder: Encoder,
  made: {
    readonly tensors: readonly Taught[];
    readonly sets: readonly TeachingSet[];
    readonly scores: readonly HeldOutScore[];
  },
): string {
  const { config, info } = encoder;
  const { labels, ranking, distillation } = recipe.weights;
  const rows = made.sets.map(({ name, taught }) => {
    const score = made.scores.find(({ set }) => set === name);
    const right = score ? `${percent(score.right / score.of)} of ${score.of}` : '';
    return `| ${name} | ${taught.length} | ${right} | ${licenceOf(name)} |`;
  });
  return `# ${name ?? config.handful.name ?? info.id}

${config.num_hidden_layers} layers of ${config.hidden_size} numbers, ${(info.parameters / 1e6).toFixed(1)} million numbers in all, stored as float16.

- **Taught with** entailment in the shared-text layout: sets of pairs, and labelled sets recast as
  entailment (the right label and up to ${recipe.labels - 1} others): ${recipe.steps} steps of about ${recipe.tokens} tokens, AdamW, learning
  rate ${recipe.rate} after ${recipe.warmUp} steps, falling to 0, weight decay ${recipe.decay}, seed ${recipe.seed}.
- **Losses** with their weights: answers to pairs (1) and to labels (${labels}), ranking of one text's labels (${ranking}),
  distance of the mean text vectors of every layer from the base's (${distillation}).
- **What changed**: ${share === null ? 'all weights but the word vectors' : `low-rank updates within ${percent(share)} of the numbers, merged`}${keep > 0 ? `; then averaged with the base, ${1 - keep} taught and ${keep} base` : ''}.
- **Extra tensors** beside those of a BERT folder: \`entailment.weight\` [3, ${config.hidden_size}] and \`entailment.bias\` [3], in the
  order entailment, neutral, contradiction.
- **Held-out texts** (never taught; before averaging): right answers to pairs ${percent(meanAccuracy(made.scores, 'pairs'))}, right label among ${recipe.labels}
  ${percent(meanAccuracy(made.scores, 'labels'))}, means over the sets.

| set | texts taught | right on held-out texts | licence, as its source states it |
| --- | --- | --- | --- |
${rows.join('\n')}
`;
}
