import type { Dataset, File as H5File, Group } from 'h5wasm/node';
import { userError } from '../../base/error.js';
import { didYouMean } from '../../base/near.js';
import type { StoredType } from '../parquet/page.js';

/** Where a column's values lie in an HDF5 file. */
export interface H5Column {
  readonly name: string;
  readonly stored: StoredType;
  /** Path of the dataset. */
  readonly dataset: string;
  /** Member of a compound dataset. */
  readonly member?: number;
  /** Column of a two-dimensional dataset. */
  readonly column?: number;
  /** Values per row of the dataset. */
  readonly width: number;
  readonly unreadable?: string;
}

export interface H5Table {
  readonly name: string;
  readonly rows: number;
  readonly columns: readonly H5Column[];
}

/** Every table of a file, in the file's order: pandas frames, compound datasets, groups of equally long datasets. */
export function tablesIn(h5: H5File): H5Table[] {
  const tables: H5Table[] = [];
  visit(h5 as unknown as Group, '', tables);
  return tables;
}

/** The table asked for, or the only one. */
export function chooseTable(tables: readonly H5Table[], file: string, wanted?: string): H5Table {
  const name = wanted?.replace(/^\/+|\/+$/g, '');
  const listed = tables.map((t) => `${t.name || '/'} (${t.rows} rows)`).join(', ');
  if (tables.length === 0) {
    const expected = 'a pandas frame, a compound dataset, or datasets of equal length in one group';
    throw userError({ code: 'events.no-tree', message: `no table in ${file}`, path: file, expected });
  }
  if (name !== undefined) {
    const table = tables.find((t) => t.name === name);
    if (table) return table;
    const hint = didYouMean(
      name,
      tables.map((t) => t.name),
    );
    throw userError({
      code: 'events.unknown-tree',
      message: `no table "${name}" in ${file}`,
      path: file,
      got: name,
      expected: listed,
      hint,
    });
  }
  if (tables.length === 1) return tables[0];
  const message = `${tables.length} tables in ${file}, and none was named`;
  throw userError({
    code: 'events.which-tree',
    message,
    path: file,
    expected: `one of ${listed}`,
    hint: `name it: tree: ${tables[0].name}`,
  });
}

function visit(group: Group, at: string, tables: H5Table[]): void {
  const path = (name: string): string => (at ? `${at}/${name}` : name);
  if ('pandas_type' in group.attrs && group.keys().includes('axis0')) {
    tables.push(pandasFixed(group, at));
    return;
  }
  const plain: { name: string; dataset: Dataset }[] = [];
  for (const name of group.keys()) {
    const entity = group.get(name);
    if (!entity) continue;
    const kind: string = 'type' in entity ? entity.type : '';
    if (kind === 'Group') {
      if (!name.startsWith('_i_')) visit(entity as Group, path(name), tables);
    } else if (kind === 'Dataset') {
      const dataset = entity as Dataset;
      const members = dataset.metadata.compound_type?.members;
      if (members) {
        // pandas "table" layout: a group with one compound dataset called "table".
        const frame = name === 'table' && 'pandas_type' in group.attrs;
        tables.push(compound(dataset, path(name), frame ? at : path(name)));
      } else if ((dataset.shape?.length ?? 0) >= 1) plain.push({ name, dataset });
    }
  }
  if (plain.length === 0) return;
  const rows = plain[0].dataset.shape?.[0] ?? 0;
  const same = plain.every(({ dataset }) => dataset.shape?.[0] === rows);
  if (same) {
    tables.push({
      name: at,
      rows,
      columns: plain.flatMap(({ name, dataset }) => plainColumns(dataset, name, path(name), plain.length > 1)),
    });
  } else {
    for (const { name, dataset } of plain) {
      tables.push({
        name: path(name),
        rows: dataset.shape?.[0] ?? 0,
        columns: plainColumns(dataset, name, path(name), false),
      });
    }
  }
}

/** One dimension: a column. Two: columns c0, c1, … if it stands alone, else a list column. */
function plainColumns(dataset: Dataset, name: string, path: string, among: boolean): H5Column[] {
  const stored = storedType(dataset.metadata);
  const [, ...rest] = dataset.shape ?? [];
  const width = rest.reduce((a, b) => a * b, 1);
  const base = {
    dataset: path,
    width,
    ...(typeof stored === 'string' ? { stored } : { stored: 'float64' as const, unreadable: stored.why }),
  };
  if (rest.length === 1 && !among)
    return Array.from({ length: width }, (_, column) => ({ ...base, name: `c${column}`, column }));
  return [{ ...base, name }];
}

function compound(dataset: Dataset, path: string, name: string): H5Table {
  const members = dataset.metadata.compound_type?.members ?? [];
  const columns = members.flatMap((m, member): H5Column[] => {
    const array = m.array_type;
    const stored = storedType(array ?? m);
    const base = { dataset: path, member, stored: typeof stored === 'string' ? stored : ('float64' as const) };
    const why = typeof stored === 'string' ? undefined : stored.why;
    if (!array) return [{ ...base, name: m.name, width: 1, ...(why === undefined ? {} : { unreadable: why }) }];
    const width = array.total_size;
    const names = blockNames(dataset, m.name);
    if (names.length !== width)
      return [{ ...base, name: m.name, width: 1, unreadable: 'it holds an array in every row' }];
    const reason = why === undefined ? {} : { unreadable: why };
    return names.map((n, column) => ({ ...base, name: n, column, width, ...reason }));
  });
  return { name, rows: dataset.shape?.[0] ?? 0, columns };
}

/**
 * pandas "table" layout keeps columns of one type as an array in every row; their names stand in an attribute, as a
 * pickled list of strings (protocol 0, which is text). The pickle is searched for strings, never executed.
 */
function blockNames(dataset: Dataset, member: string): string[] {
  const kind: unknown = dataset.attrs[`${member}_kind`]?.value;
  return typeof kind === 'string' ? [...kind.matchAll(/\na?V([^\n]*)\n/g)].map((match) => match[1]) : [];
}

/** pandas "fixed" layout: column names in axis0, values in blocks of one type. */
function pandasFixed(group: Group, at: string): H5Table {
  const path = (name: string): string => (at ? `${at}/${name}` : name);
  const strings = (name: string): string[] => {
    const dataset = group.get(name) as Dataset | null;
    return dataset ? Array.from(dataset.value as ArrayLike<unknown>, (v) => String(v).replace(/\0+$/, '')) : [];
  };
  const found = new Map<string, H5Column>();
  for (let block = 0; group.keys().includes(`block${block}_values`); block++) {
    const values = group.get(`block${block}_values`) as Dataset;
    const stored = storedType(values.metadata);
    const names = strings(`block${block}_items`);
    names.forEach((name, column) => {
      const why = typeof stored === 'string' ? {} : { unreadable: stored.why };
      const type = typeof stored === 'string' ? stored : 'float64';
      found.set(name, {
        name,
        dataset: path(`block${block}_values`),
        column,
        width: names.length,
        stored: type,
        ...why,
      });
    });
  }
  const rows = (group.get('axis1') as Dataset | null)?.shape?.[0] ?? 0;
  const columns = strings('axis0').flatMap((name) => found.get(name) ?? []);
  return { name: at, rows, columns };
}

interface H5Type {
  readonly type: number;
  readonly size: number;
  readonly signed: boolean;
  readonly vlen?: boolean;
  readonly enum_type?: { readonly members: Readonly<Record<string, number>> };
}

const INTEGER = 0;
const FLOAT = 1;
const STRING = 3;
const BITS = 4;
const ENUM = 8;

function storedType(meta: H5Type): StoredType | { why: string } {
  if (meta.type === FLOAT && (meta.size === 4 || meta.size === 8)) return meta.size === 8 ? 'float64' : 'float32';
  if (meta.type === INTEGER && [1, 2, 4, 8].includes(meta.size)) {
    return `${meta.signed ? 'int' : 'uint'}${8 * meta.size}` as StoredType;
  }
  if (meta.type === STRING) return 'string';
  // h5py writes booleans as an enumeration of one byte, PyTables as a bit field.
  if ((meta.type === ENUM || meta.type === BITS) && meta.size === 1) return 'bool';
  return { why: `HDF5 type class ${meta.type} of ${meta.size} bytes has no reader` };
}
