// The two 16-bit floats that weights are stored in, as float32 and back. Bits travel as Uint16Array.
// IEEE 754 binary16: 1 sign, 5 exponent (bias 15), 10 fraction bits. bfloat16: the upper half of a float32.

let table: Float32Array | undefined;

/** The value of every binary16 bit pattern; 256 kB, made once. */
function float16Values(): Float32Array {
  if (table) return table;
  table = new Float32Array(65536);
  for (let bits = 0; bits < 65536; bits++) {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 10) & 0x1f;
    const fraction = bits & 0x3ff;
    if (exponent === 31) table[bits] = fraction ? NaN : sign * Infinity;
    else if (exponent === 0) table[bits] = sign * fraction * 2 ** -24;
    else table[bits] = sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  }
  return table;
}

/** binary16 bits -> float32, into `out` from `at` on. */
export function decodeFloat16(bits: Uint16Array, out: Float32Array, at = 0): void {
  const values = float16Values();
  for (let i = 0; i < bits.length; i++) out[at + i] = values[bits[i] ?? 0] ?? 0;
}

/** bfloat16 bits -> float32, into `out` from `at` on. */
export function decodeBfloat16(bits: Uint16Array, out: Float32Array, at = 0): void {
  const words = new Uint32Array(out.buffer, out.byteOffset + 4 * at, bits.length);
  for (let i = 0; i < bits.length; i++) words[i] = (bits[i] ?? 0) << 16;
}

/** float32 -> binary16 bits, to the nearest, ties to even; beyond 65504 becomes infinite. */
export function encodeFloat16(values: Float32Array): Uint16Array {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const bits = new Uint16Array(values.length);
  for (let i = 0; i < words.length; i++) bits[i] = halfBits(words[i] ?? 0);
  return bits;
}

function halfBits(word: number): number {
  const sign = (word >>> 16) & 0x8000;
  const exponent = (word >>> 23) & 0xff;
  const fraction = word & 0x7fffff;
  if (exponent === 255) return sign | (fraction ? 0x7e00 : 0x7c00);
  if (exponent >= 143) return sign | 0x7c00;
  if (exponent < 102) return sign;
  // What is shifted out decides the rounding; a carry may run on into the exponent, as it should.
  const isSubnormal = exponent < 113;
  const shift = isSubnormal ? 126 - exponent : 13;
  const whole = isSubnormal ? fraction | 0x800000 : fraction;
  const kept = (whole >>> shift) | (isSubnormal ? 0 : (exponent - 112) << 10);
  const lost = whole & ((1 << shift) - 1);
  const half = 1 << (shift - 1);
  return sign | (kept + (lost > half || (lost === half && kept & 1) ? 1 : 0));
}
