import { cppType } from './leaf-types.js';
import { elementType } from './ntuple-pages.js';
import type { NumberType, RootBranch } from './types.js';

/** Fields and columns as jsroot reads them from the header. */
export interface NtupleField {
  readonly fieldName: string;
  readonly typeName: string;
  readonly parentFieldId: number;
}
export interface NtupleColumn {
  readonly index: number;
  readonly coltype: number;
  readonly fieldId: number;
  readonly representationIndex: number;
  readonly firstElementIndex: number | bigint | null;
}
export interface NtupleSchema {
  readonly fieldDescriptors: readonly NtupleField[];
  readonly columnDescriptors: readonly NtupleColumn[];
}

/** How a field is put together: its values' column, behind one of list ends for lists and text. */
export interface FieldPlan {
  readonly kind: 'flat' | 'fixed' | 'jagged' | 'string';
  readonly type: NumberType;
  readonly length: number;
  readonly ends?: NtupleColumn;
  readonly values: NtupleColumn;
}

const lists = /^(?:std::vector|ROOT::VecOps::RVec)<([^<>,]+)>$/;
const arrays = /^std::array<([^<>,]+),\s*(\d+)>$/;

/** The only column of a field, or the two of a text; undefined where there are others (late columns, several encodings). */
function columnsOf(schema: NtupleSchema, field: number, count: number): NtupleColumn[] | undefined {
  const columns = schema.columnDescriptors.filter((column) => column.fieldId === field);
  const plain = columns.every(
    (column) =>
      column.firstElementIndex === null &&
      column.representationIndex === 0 &&
      elementType(column.coltype) !== undefined,
  );
  return plain && columns.length === count ? columns : undefined;
}

function planField(schema: NtupleSchema, index: number): FieldPlan | undefined {
  const { typeName } = schema.fieldDescriptors[index]!;
  const only = (): NtupleColumn | undefined => columnsOf(schema, index, 1)?.[0];
  const child = (): NtupleColumn | undefined => {
    const id = schema.fieldDescriptors.findIndex((field, i) => field.parentFieldId === index && i !== index);
    return id < 0 ? undefined : columnsOf(schema, id, 1)?.[0];
  };
  if (typeName === 'std::string') {
    const both = columnsOf(schema, index, 2);
    return both && { kind: 'string', type: 'uint8', length: 1, ends: both[0]!, values: both[1]! };
  }
  const number = cppType(typeName);
  if (number) {
    const values = only();
    return values && { kind: 'flat', type: number, length: 1, values };
  }
  const item = cppType(lists.exec(typeName)?.[1] ?? '');
  if (item) {
    const [ends, values] = [only(), child()];
    return ends && values && { kind: 'jagged', type: item, length: 1, ends, values };
  }
  const array = arrays.exec(typeName);
  const element = cppType(array?.[1] ?? '');
  const values = element && child();
  return values && element && { kind: 'fixed', type: element, length: Number(array![2]), values };
}

/** What a top-level field offers, and how to read it. */
export function describeField(schema: NtupleSchema, index: number): { info: RootBranch; plan?: FieldPlan } {
  const { fieldName: name, typeName } = schema.fieldDescriptors[index]!;
  const plan = planField(schema, index);
  if (!plan) {
    const why = `field "${name}" of type ${typeName}: its columns are laid out in a way that is not read here`;
    const info = { name, type: typeName, shape: 'objects' as const, length: 1, dimensions: [], readable: false, why };
    return { info };
  }
  const text = plan.kind === 'string';
  const info: RootBranch = {
    name,
    type: text ? 'string' : plan.type,
    shape: plan.kind === 'string' ? 'flat' : plan.kind,
    length: plan.length,
    dimensions: plan.kind === 'fixed' ? [plan.length] : [],
    readable: true,
  };
  return { info, plan };
}
