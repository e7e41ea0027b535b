import { userError } from '../base/error.js';
import type { Column } from './column.js';
import type { TypedArray } from './root/types.js';
import type { Table } from './table.js';

export type NewColumns = Readonly<Record<string, TypedArray | readonly string[]>>;
/** The block belongs to the function: it may hand its memory on. */
export type AddColumns = (block: Record<string, Float64Array>, firstRow: number) => NewColumns | Promise<NewColumns>;

/** A table that is being written with new columns beside its own. */
export interface WriteWithJob {
  readonly table: Table;
  readonly out: string;
  /** FROM clause that yields all that is needed; opened once, so that a ROOT file is read once. */
  readonly from: string;
  readonly kept: readonly Column[];
  /** Names and SQL of the expressions, real numbers without NULL. */
  readonly names: readonly string[];
  readonly values: readonly string[];
  readonly add: AddColumns;
  readonly rows: number;
  readonly ahead: number;
  readonly metadata: Readonly<Record<string, string>> | undefined;
}

/** What the tree of a ROOT file is called that is written from these: as in the one that is read. */
export const treeOf = ({ sample }: Pick<Table, 'sample'>): string | undefined =>
  sample.sources
    .find(({ format }) => format === 'root')
    ?.tree?.split('/')
    .at(-1);

/** Names of new columns, in order. @throws where the table has one of them already */
export function newNames({ kept, table }: WriteWithJob, extra: NewColumns): string[] {
  const names = Object.keys(extra);
  const clash = names.find((name) => kept.some((c) => c.name === name));
  if (clash !== undefined) throw taken(clash, table.files[0]);
  return names;
}

/** The new columns of a block, in order. */
export const newValues = (extra: NewColumns, names: readonly string[], rows: number) =>
  names.map((name) => {
    const values = extra[name] as NewColumns[string] | undefined;
    if (values?.length !== rows) throw new Error(`internal: "${name}" has ${values?.length} values for ${rows} rows`);
    return { values };
  });

const taken = (name: string, file: string): Error =>
  userError({
    code: 'events.column-taken',
    message: `${file} already has a column "${name}"`,
    path: file,
    hint: 'it was corrected before, or choose another name',
  });
