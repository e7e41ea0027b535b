import { cppType } from './leaf-types.js';
import type { RootBranch } from './types.js';

export interface NtupleField {
  readonly fieldName: string;
  readonly typeName: string;
  readonly parentFieldId: number;
  readonly arraySize?: number | bigint | null;
}

/** What a top-level field offers. */
export function describeField(field: NtupleField, index: number, fields: readonly NtupleField[]): RootBranch {
  const { fieldName: name, typeName } = field;
  const base = { name, type: typeName, shape: 'objects' as const, length: 1, dimensions: [], readable: true };
  // jsroot finds fields by name, nested ones too.
  if (fields.findIndex((other) => other.fieldName === name) !== index) {
    return { ...base, readable: false, why: `field "${name}" of type ${typeName}: a nested field has the same name` };
  }
  if (/^std::(optional|unique_ptr)/.test(typeName)) {
    return { ...base, readable: false, why: `field "${name}" of type ${typeName} is not read here` };
  }
  if (typeName === 'std::string') return { ...base, type: 'string', shape: 'flat' };
  const number = cppType(typeName);
  if (number) return { ...base, type: number, shape: 'flat' };
  const list = /^(?:std::vector|ROOT::VecOps::RVec)<([^<>,]+)>$/.exec(typeName)?.[1];
  const element = list === undefined ? undefined : cppType(list);
  if (element) return { ...base, type: element, shape: 'jagged' };
  const array = /^std::array<([^<>,]+),\s*(\d+)>$/.exec(typeName);
  const item = array ? cppType(array[1]!) : undefined;
  if (item) return { ...base, type: item, shape: 'fixed', length: Number(array![2]), dimensions: [Number(array![2])] };
  return base;
}
