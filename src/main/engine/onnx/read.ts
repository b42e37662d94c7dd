// bytes -> Model. Reads what we write and what other exporters write of the same operators.
import { StudioError } from '../../../shared/errors';
import {
  attributeTypeCodes,
  dataTypeCodes,
  externalLocation,
  modelFields,
  type graphFields,
  type nodeFields,
  type tensorFields,
  type valueFields,
} from './fields';
import type { Attribute, DataType, Initializer, Model, Node, Value } from './model';
import { decode, type Message } from './protobuf';

/** The model in an ONNX file's bytes; constants are views into them. `what` names it in errors. */
export function readModel(bytes: Uint8Array, what: string): Model {
  let message: Message<typeof modelFields>;
  try {
    message = decode(modelFields, bytes);
  } catch (error) {
    throw damaged(what, error instanceof Error ? error.message : String(error));
  }
  if (!message.graph) throw damaged(what, 'it holds no graph');
  return {
    irVersion: message.irVersion ?? 0,
    opset: message.opsets?.find((o) => (o.domain ?? '') === '')?.version ?? 0,
    producer: message.producer ?? '',
    metadata: Object.fromEntries((message.metadata ?? []).map((e) => [e.key ?? '', e.value ?? ''])),
    graph: readGraph(message.graph, what),
  };
}

const damaged = (what: string, why: string) =>
  new StudioError('bad-graph', `${what} is not a readable ONNX file: ${why}.`);

function readGraph(message: Message<typeof graphFields>, what: string): Model['graph'] {
  return {
    name: message.name ?? '',
    nodes: (message.nodes ?? []).map((node) => readNode(node, what)),
    inputs: (message.inputs ?? []).map((value) => readValue(value, what)),
    outputs: (message.outputs ?? []).map((value) => readValue(value, what)),
    values: (message.values ?? []).map((value) => readValue(value, what)),
    initializers: (message.initializers ?? []).map((tensor) => readTensor(tensor, what)),
  };
}

const typeNames = new Map(
  Object.entries(dataTypeCodes).map(([name, code]) => [code, name as DataType]),
);

function readType(code: number | undefined, what: string): DataType {
  const type = typeNames.get(code ?? 0);
  if (!type) throw damaged(what, `element type ${code ?? 'none'} is not one we use`);
  return type;
}

function readTensor(message: Message<typeof tensorFields>, what: string): Initializer {
  const entries = new Map((message.externalData ?? []).map((e) => [e.key, e.value ?? '']));
  return {
    name: message.name ?? '',
    type: readType(message.dataType, what),
    shape: message.dims ?? [],
    data:
      message.dataLocation === externalLocation
        ? {
            location: entries.get('location') ?? '',
            offset: Number(entries.get('offset') ?? 0),
            length: Number(entries.get('length') ?? 0),
          }
        : (message.rawData ?? new Uint8Array()),
  };
}

function readNode(message: Message<typeof nodeFields>, what: string): Node {
  const attributes = (message.attributes ?? []).map((attribute): [string, Attribute] => {
    const name = attribute.name ?? '';
    switch (attribute.type) {
      case attributeTypeCodes.int:
        return [name, { kind: 'int', value: attribute.i ?? 0 }];
      case attributeTypeCodes.float:
        return [name, { kind: 'float', value: attribute.f ?? 0 }];
      case attributeTypeCodes.string:
        return [name, { kind: 'string', value: attribute.s ?? '' }];
      case attributeTypeCodes.ints:
        return [name, { kind: 'ints', value: attribute.ints ?? [] }];
      case attributeTypeCodes.floats:
        return [name, { kind: 'floats', value: attribute.floats ?? [] }];
      case attributeTypeCodes.tensor:
        return [name, { kind: 'tensor', value: readTensor(attribute.t ?? {}, what) }];
      default:
        throw damaged(what, `attribute "${name}" of "${message.name ?? ''}" has an unknown type`);
    }
  });
  return {
    name: message.name ?? '',
    opType: message.opType ?? '',
    domain: message.domain ?? '',
    inputs: message.inputs ?? [],
    outputs: message.outputs ?? [],
    attributes: Object.fromEntries(attributes),
  };
}

function readValue(message: Message<typeof valueFields>, what: string): Value {
  const tensor = message.type?.tensor;
  return {
    name: message.name ?? '',
    type: readType(tensor?.elementType, what),
    shape: (tensor?.shape?.dims ?? []).map((dim) => dim.param ?? dim.value ?? 0),
  };
}
