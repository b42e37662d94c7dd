// Field numbers of onnx.proto, once, for both directions.
// Source: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
import type { Fields } from './protobuf';
import type { DataType } from './model';

const stringEntry = { key: [1, 'string'], value: [2, 'string'] } satisfies Fields;

export const tensorFields = {
  dims: [1, 'ints'],
  dataType: [2, 'int'],
  name: [8, 'string'],
  rawData: [9, 'bytes'],
  externalData: [13, [stringEntry]],
  dataLocation: [14, 'int'],
} satisfies Fields;

const attributeFields = {
  name: [1, 'string'],
  f: [2, 'float'],
  i: [3, 'int'],
  s: [4, 'string'],
  t: [5, tensorFields],
  floats: [7, 'floats'],
  ints: [8, 'ints'],
  type: [20, 'int'],
} satisfies Fields;

export const nodeFields = {
  inputs: [1, 'strings'],
  outputs: [2, 'strings'],
  name: [3, 'string'],
  opType: [4, 'string'],
  attributes: [5, [attributeFields]],
  domain: [7, 'string'],
} satisfies Fields;

const dimFields = { value: [1, 'int'], param: [2, 'string'] } satisfies Fields;
const shapeFields = { dims: [1, [dimFields]] } satisfies Fields;
const tensorTypeFields = { elementType: [1, 'int'], shape: [2, shapeFields] } satisfies Fields;
const typeFields = { tensor: [1, tensorTypeFields] } satisfies Fields;
export const valueFields = { name: [1, 'string'], type: [2, typeFields] } satisfies Fields;

export const graphFields = {
  nodes: [1, [nodeFields]],
  name: [2, 'string'],
  initializers: [5, [tensorFields]],
  inputs: [11, [valueFields]],
  outputs: [12, [valueFields]],
  values: [13, [valueFields]],
} satisfies Fields;

const opsetFields = { domain: [1, 'string'], version: [2, 'int'] } satisfies Fields;

export const modelFields = {
  irVersion: [1, 'int'],
  producer: [2, 'string'],
  graph: [7, graphFields],
  opsets: [8, [opsetFields]],
  metadata: [14, [stringEntry]],
} satisfies Fields;

/** TensorProto.DataType */
export const dataTypeCodes: Readonly<Record<DataType, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
};

/** AttributeProto.AttributeType */
export const attributeTypeCodes = {
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  floats: 6,
  ints: 7,
} as const;

/** TensorProto.DataLocation.EXTERNAL */
export const externalLocation = 1;
