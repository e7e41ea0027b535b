import { create, toBinary } from '@bufbuild/protobuf';
import {
  AttributeProto_AttributeType as Kind,
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  StringStringEntryProtoSchema,
  TensorProtoSchema,
  TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema,
  TypeProto_TensorSchema,
  TypeProtoSchema,
  ValueInfoProtoSchema,
  type AttributeProto,
  type GraphProto,
  type NodeProto,
} from 'onnx-buf';
import type { Attribute, Initializer, Node, SubGraph, Value } from './node.js';
import { sizeText } from './shape.js';
import type { DType } from './tensor.js';

const OPSET = 17n;
const IR_VERSION = 8n;
const elementType: Readonly<Record<DType, number>> = { float32: 1, int64: 7, bool: 9, float64: 11 };
const utf8 = new TextEncoder();

function attribute(name: string, value: Attribute): AttributeProto {
  if (typeof value === 'number') return create(AttributeProtoSchema, { name, type: Kind.INT, i: BigInt(value) });
  if (typeof value === 'string')
    return create(AttributeProtoSchema, { name, type: Kind.STRING, s: Uint8Array.from(utf8.encode(value)) });
  if ('float' in value) return create(AttributeProtoSchema, { name, type: Kind.FLOAT, f: value.float });
  if ('graph' in value) return create(AttributeProtoSchema, { name, type: Kind.GRAPH, g: graph(value.graph, []) });
  return create(AttributeProtoSchema, { name, type: Kind.INTS, ints: value.map(BigInt) });
}

const node = ({ op, inputs, outputs, attributes }: Node): NodeProto =>
  create(NodeProtoSchema, {
    opType: op,
    input: [...inputs],
    output: [...outputs],
    attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
  });

const valueInfo = ({ name, dtype, shape }: Value) =>
  create(ValueInfoProtoSchema, {
    name,
    type: create(TypeProtoSchema, {
      value: {
        case: 'tensorType',
        value: create(TypeProto_TensorSchema, {
          elemType: elementType[dtype],
          shape: create(TensorShapeProtoSchema, {
            dim: shape.map(({ size }) =>
              create(TensorShapeProto_DimensionSchema, {
                value:
                  typeof size === 'number'
                    ? { case: 'dimValue', value: BigInt(size) }
                    : { case: 'dimParam', value: sizeText(size) },
              }),
            ),
          }),
        }),
      },
    }),
  });

const tensor = ({ name, dtype, dims, data }: Initializer) =>
  create(TensorProtoSchema, {
    name,
    dataType: elementType[dtype],
    dims: dims.map(BigInt),
    rawData: Uint8Array.from(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
  });

const graph = ({ name, nodes, inputs, outputs }: SubGraph, initializers: readonly Initializer[]): GraphProto =>
  create(GraphProtoSchema, {
    name,
    node: nodes.map(node),
    input: inputs.map(valueInfo),
    output: outputs.map(valueInfo),
    initializer: initializers.map(tensor),
  });

/** Bytes of an ONNX file: opset 17, no clock, no producer's path; equal graphs give equal bytes. */
export function encodeModel(
  body: SubGraph,
  initializers: readonly Initializer[],
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  return toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      irVersion: IR_VERSION,
      producerName: 'datamc',
      opsetImport: [create(OperatorSetIdProtoSchema, { domain: '', version: OPSET })],
      graph: graph(body, initializers),
      metadataProps: Object.keys(metadata)
        .sort()
        .map((key) => create(StringStringEntryProtoSchema, { key, value: metadata[key] })),
    }),
  );
}
