import type { NumberType } from './types.js';

/** Array that holds decoded values of a type, and their width in bytes. */
export const arrayOf = {
  float64: Float64Array,
  float32: Float32Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
} as const satisfies Record<NumberType, unknown>;

export const widthOf = (type: NumberType): number => arrayOf[type].BYTES_PER_ELEMENT;

/** ROOT's leaf classes: [signed, unsigned]. */
const leaves: Readonly<Record<string, readonly [NumberType, NumberType]>> = {
  TLeafD: ['float64', 'float64'],
  TLeafF: ['float32', 'float32'],
  TLeafL: ['int64', 'uint64'],
  TLeafG: ['int64', 'uint64'],
  TLeafI: ['int32', 'uint32'],
  TLeafS: ['int16', 'uint16'],
  TLeafB: ['int8', 'uint8'],
  TLeafO: ['bool', 'bool'],
};

export const leafType = (leafClass: string, unsigned: boolean): NumberType | undefined =>
  leaves[leafClass]?.[unsigned ? 1 : 0];

/** Basic types of class members by ROOT's number (TVirtualStreamerInfo::EReadWrite); 9 is Double32_t, see plan.ts. */
const members: Readonly<Record<number, NumberType>> = {
  1: 'int8',
  2: 'int16',
  3: 'int32',
  4: 'int64',
  5: 'float32',
  6: 'int32',
  8: 'float64',
  11: 'uint8',
  12: 'uint16',
  13: 'uint32',
  14: 'uint64',
  16: 'int64',
  17: 'uint64',
  18: 'bool',
};

export const memberType = (streamerType: number): NumberType | undefined => members[streamerType];

/** C++ names inside `vector<…>`. */
const cpp: Readonly<Record<string, NumberType>> = {
  double: 'float64',
  Double_t: 'float64',
  float: 'float32',
  Float_t: 'float32',
  char: 'int8',
  Char_t: 'int8',
  'signed char': 'int8',
  int8_t: 'int8',
  'unsigned char': 'uint8',
  UChar_t: 'uint8',
  uint8_t: 'uint8',
  short: 'int16',
  Short_t: 'int16',
  int16_t: 'int16',
  'unsigned short': 'uint16',
  UShort_t: 'uint16',
  uint16_t: 'uint16',
  int: 'int32',
  Int_t: 'int32',
  int32_t: 'int32',
  unsigned: 'uint32',
  'unsigned int': 'uint32',
  UInt_t: 'uint32',
  uint32_t: 'uint32',
  long: 'int64',
  Long_t: 'int64',
  'long long': 'int64',
  Long64_t: 'int64',
  int64_t: 'int64',
  'unsigned long': 'uint64',
  ULong_t: 'uint64',
  'unsigned long long': 'uint64',
  ULong64_t: 'uint64',
  uint64_t: 'uint64',
  bool: 'bool',
  Bool_t: 'bool',
};

/** The type of `int`, `Float_t`, …, or undefined. */
export const cppType = (name: string): NumberType | undefined => cpp[name.replace(/^std::/, '').trim()];

/** The type inside `vector<float>` (also with std::), or undefined if it is not a vector of numbers. */
export function vectorElement(className: string): NumberType | undefined {
  const inner = /^(?:std::)?vector<([^<>,]+)>$/.exec(className.trim())?.[1];
  return inner === undefined ? undefined : cppType(inner);
}
