import type { GraphBuilder } from '../onnx/builder';
import { additiveMask, type Memory } from './attention';
import type { Encoder } from './encoder';

/** The kept keys and values of a batch of texts as inputs of a graph, with their padding mask. */
export function memoryInputs(g: GraphBuilder, encoder: Encoder): readonly Memory[] {
  const { num_hidden_layers: layers, num_attention_heads: heads, hidden_size } = encoder.config;
  const shape = ['batch', heads, 'text', hidden_size / heads];
  const mask = g.unsqueeze(additiveMask(g, g.input('mask', 'float32', ['batch', 'text'])), [1, 2]);
  return Array.from({ length: layers }, (_, n) => ({
    keys: g.input(`keys.${n}`, 'float32', shape),
    values: g.input(`values.${n}`, 'float32', shape),
    mask,
  }));
}
