import { basketTable } from './basket-table.js';
import type { JsrootBranch, JsrootElement, JsrootFile, JsrootLeaf } from './jsroot-objects.js';
import { leafType, memberType, vectorElement } from './leaf-types.js';
import type { Packing } from './packing.js';
import { packingFromElement, packingFromTitle, storedWidth } from './packing.js';
import type { BranchPlan, Layout, LeafPlan } from './plan.js';
import type { NumberType } from './types.js';

/** How a branch can be read: natively by its plan, or not, with its C++ type and, if known, the reason. */
export type Described =
  | { readonly plan: BranchPlan; readonly dimensions: readonly number[]; readonly counter?: string }
  | { readonly cppType: string; readonly why?: string };

/** `m[2][3]` → [2, 3]; a list's own `[n]` is no dimension. */
export const dimensionsIn = (title: string): number[] =>
  [...title.matchAll(/\[(\d+)\]/g)].map((match) => Number(match[1]));

const withoutDimensions = (name: string): string => name.replace(/(\[\d+\])+$/, '');

interface Shape {
  readonly layout: Layout;
  readonly header: number;
  readonly type: NumberType;
  readonly packing?: Packing;
}

/** The element of the class description that a branch of a split class stands for. */
function elementOf(branch: JsrootBranch, file: JsrootFile): JsrootElement | undefined {
  if ((branch.fID ?? -1) < 0) return undefined;
  const info = file.findStreamerInfo(branch.fClassName ?? '', branch.fClassVersion, branch.fCheckSum);
  const name = withoutDimensions(branch.fName).split('.').at(-1);
  const elements = info?.fElements?.arr ?? [];
  const likely = elements[branch.fID!];
  return likely?.fName === name ? likely : elements.find((element) => element.fName === name);
}

/** Double32_t and Float16_t by ROOT's number. */
const packedTypes: Readonly<Record<number, NumberType>> = { 9: 'float64', 19: 'float32' };

/** Members of split classes and vectors of numbers, whose bytes are as simple as those of plain branches. */
function elementShape(branch: JsrootBranch, leaf: JsrootLeaf, file: JsrootFile): Shape | string {
  const element = elementOf(branch, file);
  // A branch of text alone is laid out as TLeafC is.
  if (branch.fID === -1 && /^(?:std::)?string$/.test(branch.fClassName ?? '')) {
    return { layout: 'string', header: 0, type: 'uint8' };
  }
  const code = branch.fStreamerType ?? -1;
  const cppName = element?.fTypeName ?? branch.fClassName ?? branch._typename;
  const inList = branch.fType === 31 || branch.fType === 41;
  if (!inList && branch.fType !== 0) return cppName;
  // Numbers and fixed arrays of numbers (code + 20).
  const basic = code > 20 && code < 40 ? code - 20 : code;
  const packed = packedTypes[basic];
  const type = packed ?? memberType(basic);
  if (type) {
    if (inList !== Boolean(leaf.fLeafCount) || (packed && !element)) return cppName;
    const shape: Shape = { layout: inList ? 'jagged' : 'flat', header: 0, type };
    return packed ? { ...shape, packing: packingFromElement(basic === 19, element!.fFactor, element!.fXmin) } : shape;
  }
  const vector = inList ? undefined : vectorElement(element ? element.fTypeName : (branch.fClassName ?? ''));
  if (vector && !leaf.fLeafCount) return { layout: 'headed', header: 10, type: vector };
  return cppName;
}

function leafShape(leaf: JsrootLeaf): Shape | string {
  if (leaf._typename === 'TLeafC') return { layout: 'string', header: 0, type: 'uint8' };
  const layout = leaf.fLeafCount ? 'jagged' : 'flat';
  const half = leaf._typename === 'TLeafF16';
  if (half || leaf._typename === 'TLeafD32') {
    const packing = packingFromTitle(half, leaf.fTitle);
    return { layout, header: 0, type: half ? 'float32' : 'float64', packing };
  }
  const type = leafType(leaf._typename, leaf.fIsUnsigned);
  return type ? { layout, header: 0, type } : leaf._typename;
}

/** Say how to read a branch that has leaves of its own. `counters` finds the plan of a branch of list lengths. */
export function describe(
  branch: JsrootBranch,
  name: string,
  entries: number,
  file: JsrootFile,
  counters: (leafName: string) => BranchPlan | undefined,
): Described {
  const leaves = branch.fLeaves?.arr ?? [];
  const plain = branch._typename === 'TBranch';
  const typeName = plain ? leaves.map((leaf) => leaf._typename).join(', ') : (branch.fClassName ?? branch._typename);
  if (leaves.length === 0) return { cppType: typeName, why: 'it has no leaves' };
  if (!plain && branch._typename !== 'TBranchElement') return { cppType: typeName };
  if (branch.fFileName) return { cppType: typeName, why: `its baskets are in another file, ${branch.fFileName}` };

  const shapes = leaves.map((leaf) => (plain ? leafShape(leaf) : elementShape(branch, leaf, file)));
  const odd = shapes.find((shape) => typeof shape === 'string');
  if (odd !== undefined) return { cppType: odd };
  const known = shapes as Shape[];
  if (known.length > 1 && known.some((shape) => shape.layout !== 'flat')) {
    return { cppType: typeName, why: 'it mixes lists or strings with other leaves' };
  }
  const baskets = basketTable(branch, entries);
  if (typeof baskets === 'string') return { cppType: typeName, why: baskets };

  let offset = 0;
  const plans = leaves.map((leaf, i): LeafPlan => {
    const { type, packing, layout } = known[i]!;
    const length = layout === 'string' ? 1 : Math.max(leaf.fLen, 1);
    const column = leaves.length === 1 ? name : `${name}.${leaf.fName}`;
    const plan = { column, type, length, offset, ...(packing ? { packing } : {}) };
    offset += length * storedWidth(plan);
    return plan;
  });
  const { layout, header } = known[0]!;
  const counterLeaf = leaves[0]!.fLeafCount?.fName;
  const counter = counterLeaf === undefined ? undefined : counters(counterLeaf);
  const plan = { branch: name, layout, stride: offset, header, leaves: plans, baskets };
  return {
    plan: counter ? { ...plan, counter } : plan,
    dimensions: dimensionsOf(branch, leaves[0]!, plans[0]!.length),
    ...(counterLeaf === undefined ? {} : { counter: counterLeaf }),
  };
}

/** The dimensions named in the title or the name, if their product is the length; else the length alone. */
function dimensionsOf(branch: JsrootBranch, leaf: JsrootLeaf, length: number): number[] {
  if (length === 1) return [];
  const named = [leaf.fTitle, branch.fName, branch.fTitle].map(dimensionsIn);
  return named.find((list) => list.length > 0 && list.reduce((a, b) => a * b) === length) ?? [length];
}
