// manifest.json: the hash and size of every other file of the bundle.
import * as v from 'valibot';

export const manifestName = 'manifest.json';

export const Manifest = v.object({
  format: v.literal('handful-classifier'),
  version: v.literal(1),
  /** Path in the bundle -> its content's SHA-256 (hex) and size. */
  files: v.record(
    v.string(),
    v.object({
      sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
      bytes: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
    }),
  ),
});
export type Manifest = v.InferOutput<typeof Manifest>;
