// Model -> bytes. `readModel(writeModel(m))` equals `m`.
import {
  attributeTypeCodes,
  dataTypeCodes,
  externalLocation,
  type graphFields,
  modelFields,
  type nodeFields,
  type tensorFields,
  type valueFields,
} from './fields';
import {
  isExternal,
  type Attribute,
  type Initializer,
  type Model,
  type Node,
  type Value,
} from './model';
import { encode, join, type Message } from './protobuf';

/** The model as an ONNX file; large constants are views into the model, not copies. */
export function modelChunks(model: Model): Uint8Array[] {
  const { graph } = model;
  return encode(modelFields, {
    irVersion: model.irVersion,
    producer: model.producer,
    graph: {
      nodes: graph.nodes.map(nodeMessage),
      name: graph.name,
      initializers: graph.initializers.map(tensorMessage),
      inputs: graph.inputs.map(valueMessage),
      outputs: graph.outputs.map(valueMessage),
      values: graph.values.map(valueMessage),
    } satisfies Message<typeof graphFields>,
    opsets: [
      { domain: '', version: model.opset },
      ...domainsOf(graph.nodes).map((domain) => ({ domain, version: 1 })),
    ],
    metadata: Object.entries(model.metadata).map(([key, value]) => ({ key, value })),
  });
}

/** The domains of operators that are not standard, in alphabetical order. */
const domainsOf = (nodes: readonly Node[]): string[] =>
  [...new Set(nodes.map(({ domain }) => domain))].filter((domain) => domain !== '').sort();

export const writeModel = (model: Model): Uint8Array => join(modelChunks(model));

function tensorMessage(tensor: Initializer): Message<typeof tensorFields> {
  const head = {
    ...(tensor.shape.length > 0 && { dims: tensor.shape }),
    dataType: dataTypeCodes[tensor.type],
    name: tensor.name,
  };
  if (!isExternal(tensor.data)) return { ...head, rawData: tensor.data };
  const { location, offset, length } = tensor.data;
  return {
    ...head,
    externalData: [
      { key: 'location', value: location },
      { key: 'offset', value: String(offset) },
      { key: 'length', value: String(length) },
    ],
    dataLocation: externalLocation,
  };
}

function nodeMessage(node: Node): Message<typeof nodeFields> {
  return {
    inputs: node.inputs,
    outputs: node.outputs,
    name: node.name,
    opType: node.opType,
    attributes: Object.entries(node.attributes).map(([name, attribute]) => ({
      name,
      ...attributeMessage(attribute),
      type: attributeTypeCodes[attribute.kind],
    })),
    ...(node.domain !== '' && { domain: node.domain }),
  };
}

function attributeMessage(attribute: Attribute) {
  switch (attribute.kind) {
    case 'int':
      return { i: attribute.value };
    case 'float':
      return { f: attribute.value };
    case 'string':
      return { s: attribute.value };
    case 'ints':
      return { ints: attribute.value };
    case 'floats':
      return { floats: attribute.value };
    case 'tensor':
      return { t: tensorMessage(attribute.value) };
  }
}

function valueMessage(value: Value): Message<typeof valueFields> {
  const dims = value.shape.map((dim) =>
    typeof dim === 'number' ? { value: dim } : { param: dim },
  );
  const elementType = dataTypeCodes[value.type];
  return { name: value.name, type: { tensor: { elementType, shape: { dims } } } };
}
