import { basketTable } from './basket-table.js';
import { describe } from './describe.js';
import type { JsrootBranch, JsrootFile, JsrootList, JsrootTree } from './jsroot-objects.js';
import type { BasketTable, BranchPlan } from './plan.js';
import type { RootBranch } from './types.js';

/** A column and how it is read: from its baskets by a plan, or through jsroot. */
export interface ColumnSource {
  readonly info: RootBranch;
  readonly plan?: BranchPlan;
  readonly branch?: JsrootBranch;
  /** Its baskets, where there is no plan. */
  readonly baskets?: BasketTable;
  /** Where its clusters start, and the end of the tree, where there are no baskets. */
  readonly clusters?: readonly number[];
}

/** Classes that jsroot reads reliably: text, containers of numbers or text, and their nests. */
const container = /^(?:std::)?(?:string|TString|(?:vector|list|set|deque|map|pair)<[\w\s:<>,]*>)$/;

/** 64-bit integers, which jsroot turns into doubles. */
const wide = /\blong\b|Long_t|Long64_t|int64_t|size_t/;

/** All columns of a tree. The name of a split class itself is no column; its members are. */
export function columnsOf(tree: JsrootTree, file: JsrootFile): Map<string, ColumnSource> {
  const entries = Number(tree.fEntries);
  const columns = new Map<string, ColumnSource>();
  const all: { branch: JsrootBranch; parents: string[] }[] = [];
  const visit = (list: JsrootList<JsrootBranch> | undefined, parents: string[]): void => {
    for (const branch of list?.arr ?? []) {
      if (branch.fBranches?.arr.length) visit(branch.fBranches, [...parents, branch.fName.replace(/\.$/, '')]);
      else all.push({ branch, parents });
    }
  };
  visit(tree.fBranches, []);

  const byLeaf = new Map<string, JsrootBranch>();
  for (const { branch } of all) for (const leaf of branch.fLeaves?.arr ?? []) byLeaf.set(leaf.fName, branch);
  const counterPlan = (leafName: string): BranchPlan | undefined => {
    const branch = byLeaf.get(leafName);
    if (!branch || branch.fLeaves?.arr[0]?.fLeafCount) return undefined;
    const described = describe(branch, branch.fName, entries, file, () => undefined);
    return 'plan' in described && described.plan.layout === 'flat' ? described.plan : undefined;
  };
  const counterPlans = new Map<string, BranchPlan | undefined>();
  const counters = (leafName: string): BranchPlan | undefined => {
    if (!counterPlans.has(leafName)) counterPlans.set(leafName, counterPlan(leafName));
    return counterPlans.get(leafName);
  };

  for (const { branch, parents } of all) {
    const short = branch.fName.replace(/(\[\d*\])+$/, '').replace(/\.$/, '');
    // Members of two classes may share a name: the later ones carry their parents'.
    const name = columns.has(short) ? [...parents, short].join('/') : short;
    const described = describe(branch, name, entries, file, counters);
    if ('plan' in described) {
      const { plan, dimensions, counter } = described;
      for (const leaf of plan.leaves) {
        const info: RootBranch = {
          name: leaf.column,
          type: plan.layout === 'string' ? 'string' : leaf.type,
          shape:
            plan.layout === 'flat'
              ? leaf.length === 1
                ? 'flat'
                : 'fixed'
              : plan.layout === 'string'
                ? 'flat'
                : 'jagged',
          length: leaf.length,
          dimensions: plan.leaves.length === 1 ? dimensions : leaf.length === 1 ? [] : [leaf.length],
          readable: true,
          ...(counter === undefined ? {} : { counter }),
        };
        columns.set(leaf.column, { info, plan, branch });
      }
      continue;
    }
    const { cppType } = described;
    const baskets = described.why === undefined ? basketTable(branch, entries) : described.why;
    const why =
      typeof baskets === 'string'
        ? baskets
        : !container.test(cppType)
          ? 'its bytes are laid out in a way that is not read here'
          : wide.test(cppType)
            ? 'integers of 64 bits inside it would lose digits'
            : undefined;
    const readable = why === undefined;
    const text = /^(?:std::)?(?:string|TString)$/.test(cppType);
    columns.set(name, {
      branch,
      ...(typeof baskets === 'string' ? {} : { baskets }),
      info: {
        name,
        type: text ? 'string' : cppType,
        shape: text ? 'flat' : 'objects',
        length: 1,
        dimensions: [],
        readable,
        ...(readable ? {} : { why: `branch "${name}" of type ${cppType}: ${why}` }),
      },
    });
  }
  return columns;
}
