// Which tensors an encoder of the BERT family must have, and how large each is: what bert.ts asks for.
import type { EncoderConfig } from './encoderConfig';

/** Name -> shape, without the prefix `bert.` that some files have. */
export function bertTensors(config: EncoderConfig): ReadonlyMap<string, readonly number[]> {
  const { hidden_size: hidden, intermediate_size: inner } = config;
  const shapes = new Map<string, readonly number[]>([
    ['embeddings.word_embeddings.weight', [config.vocab_size, hidden]],
    ['embeddings.position_embeddings.weight', [config.max_position_embeddings, hidden]],
    ['embeddings.token_type_embeddings.weight', [config.type_vocab_size, hidden]],
    ['entailment.weight', [3, hidden]],
    ['entailment.bias', [3]],
  ]);
  const norm = (name: string) => {
    shapes.set(`${name}.weight`, [hidden]);
    shapes.set(`${name}.bias`, [hidden]);
  };
  const linear = (name: string, outputs: number, inputs: number) => {
    shapes.set(`${name}.weight`, [outputs, inputs]);
    shapes.set(`${name}.bias`, [outputs]);
  };
  norm('embeddings.LayerNorm');
  for (let n = 0; n < config.num_hidden_layers; n++) {
    const layer = `encoder.layer.${n}`;
    for (const name of ['self.query', 'self.key', 'self.value', 'output.dense'])
      linear(`${layer}.attention.${name}`, hidden, hidden);
    norm(`${layer}.attention.output.LayerNorm`);
    linear(`${layer}.intermediate.dense`, inner, hidden);
    linear(`${layer}.output.dense`, hidden, inner);
    norm(`${layer}.output.LayerNorm`);
  }
  return shapes;
}
