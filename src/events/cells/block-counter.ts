import type { Closed } from '../../hist/cell-counts.js';
import { allOf, type BlockForm } from '../expression/block-form.js';
import { BlockProgram } from '../expression/block-program.js';
import { binFinder, type FindBins } from './bin-finder.js';
import { BLOCK } from './block-reader.js';
import type { WeightScale } from './cell-groups.js';
import { GroupSums } from './group-sums.js';

/** What is counted, as plain data that threads are sent. */
export interface CountPlan {
  readonly axes: readonly { readonly value: BlockForm; readonly edges: readonly number[]; readonly closed: Closed }[];
  readonly conditions: readonly BlockForm[];
  readonly weights: readonly BlockForm[];
  /** Of the weights. */
  readonly units: readonly WeightScale[];
  /** All of these must hold for a row to be counted. */
  readonly where: readonly BlockForm[];
}

/** Counts rows block by block; see `GroupSums`. */
export class BlockCounter {
  readonly sums: GroupSums;
  private readonly program = new BlockProgram(BLOCK);
  private readonly axes: readonly { readonly values: Float64Array; readonly find: FindBins }[];
  private readonly conditions: readonly Uint8Array[];
  private readonly weights: readonly Float64Array[];
  private readonly keep: Uint8Array | undefined;
  private readonly cells = new Int32Array(BLOCK);
  private readonly masks = new Int32Array(BLOCK);

  /** @throws Unsuited where there are too many cells or conditions */
  constructor({ axes, conditions, weights, units, where }: CountPlan) {
    const { program } = this;
    this.axes = axes.map(({ value, edges, closed }) => ({
      values: program.numbers(value),
      find: binFinder(edges, closed),
    }));
    this.conditions = conditions.map((form) => program.truths(form));
    this.weights = weights.map((form) => program.numbers(form));
    if (where.length > 0) this.keep = program.truths(allOf(where));
    const cells = axes.reduce((n, { edges }) => n * (edges.length + 2), 1);
    this.sums = new GroupSums(cells, conditions.length, units);
  }

  /** Columns that are to be filled before `count`. */
  get columns(): ReadonlyMap<string, Float64Array> {
    return this.program.columns;
  }

  /** Counts the rows in `columns`. */
  count(rows: number): void {
    const { cells, masks } = this;
    this.program.run(rows);
    cells.fill(0, 0, rows);
    for (const { values, find } of this.axes) find(values, cells, rows);
    masks.fill(0, 0, rows);
    this.conditions.forEach((truths, bit) => setBit(masks, truths, bit, rows));
    this.sums.add(cells, masks, this.keep, this.weights, rows);
  }
}

function setBit(masks: Int32Array, truths: Uint8Array, bit: number, rows: number): void {
  for (let i = 0; i < rows; i++) masks[i] |= truths[i] << bit;
}
