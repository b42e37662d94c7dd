// The part of an encoder's config.json that the families build from (Hugging Face's names), and our
// own section in it.
import * as v from 'valibot';

const size = v.pipe(v.number(), v.integer(), v.minValue(1));

/** What we read of a config.json. */
export const EncoderConfig = v.object({
  model_type: v.picklist(['bert']),
  hidden_size: size,
  num_hidden_layers: size,
  num_attention_heads: size,
  intermediate_size: size,
  vocab_size: size,
  max_position_embeddings: size,
  type_vocab_size: size,
  layer_norm_eps: v.number(),
  hidden_act: v.literal('gelu'),
  handful: v.object({
    layout: v.literal('shared-text'),
    max_text_tokens: size,
    name: v.optional(v.string()),
    language: v.optional(v.string()),
    licence: v.optional(v.string()),
  }),
});
export type EncoderConfig = v.InferOutput<typeof EncoderConfig>;
