// The part of onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto) that we write, told
// to an independent protobuf implementation, and what that one makes of a file's bytes.
import {
  create,
  createFileRegistry,
  fromBinary,
  toBinary,
  type DescMessage,
} from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';

/** FieldDescriptorProto.Type of the scalars, as descriptor.proto numbers them. */
const scalars = { float: 2, int64: 3, int32: 5, string: 9, bytes: 12 } as const;
const messageType = 11;
const labels = { optional: 1, repeated: 3 } as const;

/** Message -> `field number name type`, `*` behind the type of a repeated field. */
const messages = {
  Entry: ['1 key string', '2 value string'],
  Tensor: [
    '1 dims int64*',
    '2 data_type int32',
    '8 name string',
    '9 raw_data bytes',
    '13 external_data Entry*',
    '14 data_location int32',
  ],
  Attribute: [
    '1 name string',
    '2 f float',
    '3 i int64',
    '4 s bytes',
    '5 t Tensor',
    '7 floats float*',
    '8 ints int64*',
    '20 type int32',
  ],
  Node: [
    '1 input string*',
    '2 output string*',
    '3 name string',
    '4 op_type string',
    '5 attribute Attribute*',
    '7 domain string',
  ],
  Dim: ['1 dim_value int64', '2 dim_param string'],
  Shape: ['1 dim Dim*'],
  TensorType: ['1 elem_type int32', '2 shape Shape'],
  Type: ['1 tensor_type TensorType'],
  ValueInfo: ['1 name string', '2 type Type'],
  Graph: [
    '1 node Node*',
    '2 name string',
    '5 initializer Tensor*',
    '11 input ValueInfo*',
    '12 output ValueInfo*',
    '13 value_info ValueInfo*',
  ],
  Opset: ['1 domain string', '2 version int64'],
  Model: [
    '1 ir_version int64',
    '2 producer_name string',
    '7 graph Graph',
    '8 opset_import Opset*',
    '14 metadata_props Entry*',
  ],
} as const;

interface EntryMessage {
  readonly key: string;
  readonly value: string;
}
export interface TensorMessage {
  readonly dims: readonly bigint[];
  readonly dataType: number;
  readonly name: string;
  readonly rawData: Uint8Array;
  readonly externalData: readonly EntryMessage[];
  readonly dataLocation: number;
}
export interface AttributeMessage {
  readonly name: string;
  readonly f: number;
  readonly i: bigint;
  readonly s: Uint8Array;
  readonly t?: TensorMessage;
  readonly floats: readonly number[];
  readonly ints: readonly bigint[];
  readonly type: number;
}
export interface NodeMessage {
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly name: string;
  readonly opType: string;
  readonly attribute: readonly AttributeMessage[];
  readonly domain: string;
}
type DimMessage = Readonly<{ dimValue: bigint; dimParam: string }>;
export interface ValueMessage {
  readonly name: string;
  readonly type?: {
    readonly tensorType?: {
      readonly elemType: number;
      readonly shape?: { readonly dim: readonly DimMessage[] };
    };
  };
}
export interface ModelMessage {
  readonly irVersion: bigint;
  readonly producerName: string;
  readonly graph?: {
    readonly node: readonly NodeMessage[];
    readonly name: string;
    readonly initializer: readonly TensorMessage[];
    readonly input: readonly ValueMessage[];
    readonly output: readonly ValueMessage[];
    readonly valueInfo: readonly ValueMessage[];
  };
  readonly opsetImport: readonly { readonly domain: string; readonly version: bigint }[];
  readonly metadataProps: readonly EntryMessage[];
}

function fieldOf(line: string) {
  const [number = '', name = '', written = ''] = line.split(' ');
  const type = written.replace('*', '');
  const isScalar = Object.hasOwn(scalars, type);
  return {
    name,
    number: Number(number),
    label: written.endsWith('*') ? labels.repeated : labels.optional,
    type: isScalar ? scalars[type as keyof typeof scalars] : messageType,
    ...(!isScalar && { typeName: `.onnx.${type}` }),
  };
}

function modelSchema(): DescMessage {
  const file = create(FileDescriptorProtoSchema, {
    name: 'onnx.proto',
    package: 'onnx',
    syntax: 'proto2',
    messageType: Object.entries(messages).map(([name, lines]) => ({
      name,
      field: lines.map(fieldOf),
    })),
  });
  const schema = createFileRegistry(file, () => undefined).getMessage('onnx.Model');
  if (!schema) throw new Error('The schema has a message Model.');
  return schema;
}

const schema = modelSchema();

/** The file as the other implementation reads it. */
export const decodeModel = (bytes: Uint8Array): ModelMessage =>
  fromBinary(schema, bytes) as unknown as ModelMessage;

/** The file read and written again by the other implementation: other bytes, the same meaning. */
export const rewriteModel = (bytes: Uint8Array): Uint8Array =>
  toBinary(schema, fromBinary(schema, bytes));

/** Whether the file holds a field that the schema does not list, at any depth. */
export function hasUnknownFields(message: unknown): boolean {
  if (typeof message !== 'object' || message === null || message instanceof Uint8Array)
    return false;
  if ('$unknown' in message && message.$unknown !== undefined) return true;
  return Object.values(message).some(hasUnknownFields);
}
