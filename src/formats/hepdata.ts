import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify, Document } from 'yaml';
import { userError } from '../base/error.js';
import { makeFolder } from '../base/make-folder.js';
import { axisIndex, inner, type Hist } from '../hist/hist.js';

/*
 * Tables for HEPData (hepdata-validator schemas 1.1.1): `submission.yaml` and one data file for each table.
 */

export interface HepHeader {
  readonly name: string;
  readonly units?: string | undefined;
}

export interface HepError {
  readonly label?: string | undefined;
  /** One number for both sides, or the lengths below and above. */
  readonly values: ArrayLike<number> | { readonly below: ArrayLike<number>; readonly above: ArrayLike<number> };
}

export interface HepTable {
  /** At most 64 characters. */
  readonly name: string;
  readonly description: string;
  readonly location?: string | undefined;
  readonly keywords?: Readonly<
    Partial<Record<'reactions' | 'observables' | 'cmenergies' | 'phrases', readonly (string | number)[]>>
  >;
  /** Points, or bins by low and high. */
  readonly independent: readonly {
    readonly header: HepHeader;
    readonly values: ArrayLike<number> | { readonly low: ArrayLike<number>; readonly high: ArrayLike<number> };
  }[];
  readonly dependent: readonly {
    readonly header: HepHeader;
    readonly qualifiers?: readonly {
      readonly name: string;
      readonly value: string | number;
      readonly units?: string | undefined;
    }[];
    readonly values: ArrayLike<number>;
    readonly errors?: readonly HepError[];
  }[];
}

/** The data file of a table, as a plain object. NaN and infinite values become "-", HEPData's mark for none. */
export function hepDataTable(table: HepTable): object {
  const n = table.dependent[0]?.values.length ?? 0;
  const same = (length: number, what: string): void => {
    if (length === n) return;
    throw userError({
      code: 'hepdata.length',
      message: `table "${table.name}": ${what} has another length`,
      got: String(length),
      expected: String(n),
    });
  };
  const rows = Array.from({ length: n }, (_, i) => i);
  return {
    independent_variables: table.independent.map(({ header, values }) => {
      const bins = 'low' in values;
      same(bins ? values.low.length : values.length, header.name);
      return {
        header: drop(header),
        values: rows.map((i) => (bins ? { low: values.low[i], high: values.high[i] } : { value: values[i] })),
      };
    }),
    dependent_variables: table.dependent.map(({ header, qualifiers, values, errors }) => {
      same(values.length, header.name);
      return {
        header: drop(header),
        ...(qualifiers ? { qualifiers: qualifiers.map(drop) } : {}),
        values: rows.map((i) => {
          if (!Number.isFinite(values[i])) return { value: '-' };
          return { value: values[i], ...(errors ? { errors: errors.map((e) => errorOf(e, i)) } : {}) };
        }),
      };
    }),
  };
}

function errorOf({ label, values }: HepError, i: number): object {
  const named = label === undefined ? {} : { label };
  if ('below' in values) return { asymerror: { minus: -values.below[i], plus: values.above[i] }, ...named };
  return { symerror: values[i], ...named };
}

/** A histogram of one variable as a table: bins, contents and their statistical errors. */
export function hepDataOfHist(
  hist: Hist,
  about: { name: string; description: string; axis?: string; contents?: HepHeader },
): HepTable {
  const axis = hist.axes[about.axis === undefined ? 0 : axisIndex(hist, about.axis)];
  if (hist.axes.length !== 1) {
    throw userError({
      code: 'hepdata.axes',
      message: 'a table is made of a histogram of one variable',
      got: `${hist.axes.length} axes`,
      hint: 'project it first',
    });
  }
  const { values, variances } = inner(hist);
  return {
    name: about.name,
    description: about.description,
    independent: [
      {
        header: { name: axis.label ?? axis.name, units: axis.unit },
        values: { low: axis.edges.subarray(0, -1), high: axis.edges.subarray(1) },
      },
    ],
    dependent: [
      {
        header: about.contents ?? { name: 'Events' },
        values,
        errors: [{ label: 'stat', values: variances.map(Math.sqrt) }],
      },
    ],
  };
}

/** Writes `submission.yaml` and `table_1.yaml`, … into a directory, made if absent. */
export async function writeHepData(
  directory: string,
  tables: readonly HepTable[],
  comment?: string,
): Promise<string[]> {
  await makeFolder(directory);
  const documents: object[] = comment === undefined ? [] : [{ comment }];
  const files: string[] = [];
  for (const [i, table] of tables.entries()) {
    if (table.name.length > 64)
      throw userError({
        code: 'hepdata.name',
        message: 'the name of a table is too long',
        got: table.name,
        expected: '64 characters at most',
      });
    const file = `table_${i + 1}.yaml`;
    await writeFile(join(directory, file), stringify(hepDataTable(table)));
    files.push(file);
    documents.push({
      name: table.name,
      description: table.description,
      ...(table.location === undefined ? {} : { location: table.location }),
      keywords: Object.entries(table.keywords ?? {}).map(([name, values]) => ({ name, values: [...values] })),
      data_file: file,
    });
  }
  const text = documents.map((d) => new Document(d).toString()).join('---\n');
  await writeFile(join(directory, 'submission.yaml'), text);
  return ['submission.yaml', ...files];
}

const drop = <T extends object>(record: T): object =>
  Object.fromEntries(Object.entries(record).filter(([, v]) => v !== undefined));
