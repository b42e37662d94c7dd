// A training step of the text side: low-rank updates of the encoder's linear maps, tuned so that the
// mean vectors of texts with one label come together.
import type { Encoder } from '../encoders/encoder';
import { lowRankAdapter, type LowRankPair } from '../encoders/lowRank';
import { mapsOption, type Int8Maps } from '../encoders/int8';
import { tunedPass } from '../encoders/tunedPass';
import { GraphBuilder } from '../onnx/builder';
import type { Model } from '../onnx/model';
import type { ParameterVector } from '../onnx/parameterVector';
import { contrastInputs, contrastLoss, pairLoss, prototypeLoss } from './contrast';
import type { TextRecipe } from './recipe';
import { trainedInput, update } from './update';

/**
 * Inputs: those of `update`, `tunedPass` and `contrastInputs`. Outputs: those of `update`; loss and
 * its three terms contrast, pair and prototype []; vectors [batch, hidden] of length 1.
 */
export function contrastGraph(
  encoder: Encoder,
  pairs: readonly LowRankPair[],
  vector: ParameterVector,
  {
    temperature,
    weights,
    longestGradient,
  }: Pick<TextRecipe, 'temperature' | 'weights' | 'longestGradient'>,
  maps: Int8Maps | null = null,
): Model {
  const g = new GraphBuilder('contrast step');
  const trained = trainedInput(g, vector);
  const adapter = lowRankAdapter(g, pairs, trained.valueOf);
  const vectors = tunedPass(g, encoder, pairs, { adapter, ...mapsOption(g, maps) });
  const targets = contrastInputs(g);
  const contrast = contrastLoss(g, vectors, targets, temperature);
  const pair = pairLoss(g, vectors, targets);
  const prototype = prototypeLoss(g, vectors, targets, temperature);
  const terms = { contrast, pair, prototype };
  const loss = (['contrast', 'pair', 'prototype'] as const)
    .map((term) => g.mul(terms[term], g.scalar(weights[term])))
    .reduce((a, b) => g.add(a, b));
  return g.model({ ...update(g, trained, loss, longestGradient), loss, ...terms, vectors });
}
