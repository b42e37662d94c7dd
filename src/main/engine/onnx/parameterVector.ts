// Many learned tensors as one vector: one AdamW, one clip, one checkpoint, one input for all of them.
import { StudioError } from '../../../shared/errors';
import type { GraphBuilder } from './builder';
import type { Value } from './model';

export interface NamedShape {
  readonly name: string;
  readonly shape: readonly number[];
}

const sizeOf = (shape: readonly number[]) => shape.reduce((product, dim) => product * dim, 1);

/** Where each parameter lies in the vector. */
export class ParameterVector<P extends NamedShape = NamedShape> {
  readonly size: number;
  readonly #offsets = new Map<string, { parameter: P; offset: number }>();

  constructor(readonly parameters: readonly P[]) {
    let offset = 0;
    for (const parameter of parameters) {
      if (this.#offsets.has(parameter.name))
        throw new StudioError('internal', `Two parameters are called "${parameter.name}".`);
      this.#offsets.set(parameter.name, { parameter, offset });
      offset += sizeOf(parameter.shape);
    }
    this.size = offset;
  }

  /** The part of `vector` that holds the parameter; a view. */
  view(vector: Float32Array, name: string): Float32Array {
    const { parameter, offset } = this.#entry(name);
    return vector.subarray(offset, offset + sizeOf(parameter.shape));
  }

  /** The part of `vector` from the parameter to the end; a view. */
  from(vector: Float32Array, name: string): Float32Array {
    return vector.subarray(this.#entry(name).offset);
  }

  /** A vector with each parameter's own number, for instance a learning rate, at each of its places. */
  spread(of: (parameter: P) => number): Float32Array {
    const vector = new Float32Array(this.size);
    for (const parameter of this.parameters) this.view(vector, parameter.name).fill(of(parameter));
    return vector;
  }

  has = (name: string): boolean => this.#offsets.has(name);

  /**
   * The parameters as values of a graph, cut out of `vector` [size], by their names. One slice each: a
   * graphics card binds about a dozen results to an operator, too few for one Split.
   */
  unpack(g: GraphBuilder, vector: Value): (name: string) => Value {
    const values = new Map(
      [...this.#offsets.values()].map(({ parameter, offset }) => {
        const part = g.slice(vector, 0, offset, offset + sizeOf(parameter.shape));
        return [parameter.name, g.reshape(part, parameter.shape)];
      }),
    );
    return (name) => {
      const value = values.get(name);
      if (!value) throw new StudioError('internal', `There is no parameter "${name}".`);
      return value;
    };
  }

  /** Values in the order of the parameters as one vector [size]. */
  pack(g: GraphBuilder, values: readonly Value[]): Value {
    const flat = values.map((value, i) => {
      const parameter = this.parameters[i];
      if (!parameter) throw new StudioError('internal', 'More values than parameters.');
      return g.reshape(value, [sizeOf(parameter.shape)]);
    });
    return g.concat(flat, 0);
  }

  #entry(name: string): { parameter: P; offset: number } {
    const entry = this.#offsets.get(name);
    if (!entry) throw new StudioError('internal', `There is no parameter "${name}".`);
    return entry;
  }
}
