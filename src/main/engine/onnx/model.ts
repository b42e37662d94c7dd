// A graph as plain readonly data: what the builder makes, the reader returns and the writer takes.

/** Element types that we emit or meet; names as onnxruntime spells them. */
export type DataType = 'float32' | 'float16' | 'int64' | 'int32' | 'bool' | 'int8' | 'uint8';

/** A size, or the name of one that is known only when the graph runs (`batch`, `batch*text`). */
export type Dim = number | string;
export type Shape = readonly Dim[];

/** A tensor that flows through the graph. */
export interface Value {
  readonly name: string;
  readonly type: DataType;
  readonly shape: Shape;
}

export type Attribute =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'floats'; readonly value: readonly number[] }
  | { readonly kind: 'tensor'; readonly value: Initializer };

export interface Node {
  readonly name: string;
  readonly opType: string;
  /** Empty for the standard operators. */
  readonly domain: string;
  /** Names of values; an empty name is an optional input that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** Bytes that stay in another file: `location` is relative to the folder given to the session. */
export interface ExternalData {
  readonly location: string;
  readonly offset: number;
  readonly length: number;
}

/** A constant tensor; its bytes are little-endian. */
export interface Initializer {
  readonly name: string;
  readonly type: DataType;
  readonly shape: readonly number[];
  readonly data: Uint8Array | ExternalData;
}

export interface Graph {
  readonly name: string;
  /** In topological order. */
  readonly nodes: readonly Node[];
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  /**
   * Values in between. A runtime cannot tell all shapes by itself (after a Reshape); told of them, it
   * opens a training step in a quarter of the time, presumably since it finds buffers to use again.
   */
  readonly values: readonly Value[];
  readonly initializers: readonly Initializer[];
}

export interface Model {
  readonly irVersion: number;
  readonly opset: number;
  readonly producer: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly graph: Graph;
}

export const isExternal = (data: Uint8Array | ExternalData): data is ExternalData =>
  !(data instanceof Uint8Array);
