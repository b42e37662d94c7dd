// Tells encoders apart that have the same name: what was learned over one is wrong over another.
import { createHash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import path from 'node:path';
import { weightsFile, type Encoder } from './encoder';

/** Of the weights this many pieces are looked at, evenly apart: reading all would take as long as steps. */
const pieces = 256;
const pieceBytes = 4096;

const known = new WeakMap<Encoder, Promise<string>>();

/**
 * Of all that decides what an encoder makes of a text, in hexadecimal. Weights that were taught differ
 * nearly everywhere, so pieces of them tell. Read once for each opened encoder.
 */
export function fingerprintOf(encoder: Encoder): Promise<string> {
  const found = known.get(encoder) ?? read(encoder);
  known.set(encoder, found);
  return found;
}

async function read({ folder, config, info }: Encoder): Promise<string> {
  const hash = createHash('sha256');
  const { num_attention_heads: heads, layer_norm_eps: epsilon } = config;
  hash.update(JSON.stringify([heads, epsilon, info.maxTextTokens]));
  hash.update(await readFile(path.join(folder, 'tokenizer.json')));
  const weights = await open(path.join(folder, weightsFile), 'r');
  try {
    const { size } = await weights.stat();
    hash.update(String(size));
    const piece = new Uint8Array(pieceBytes);
    for (let n = 0; n < pieces; n++) {
      const { bytesRead } = await weights.read(
        piece,
        0,
        pieceBytes,
        Math.floor((n * size) / pieces),
      );
      hash.update(piece.subarray(0, bytesRead));
    }
  } finally {
    await weights.close();
  }
  return hash.digest('hex');
}
