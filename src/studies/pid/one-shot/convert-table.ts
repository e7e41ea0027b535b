import { userError } from '../../../base/error.js';
import { checkOutput } from '../../../events/output-file.js';
import { cellsOf } from '../../../formats/tables/grid.js';
import { tableName } from '../../../formats/tables/names.js';
import { readWeightTables } from '../../../formats/tables/read-tables.js';
import { unmeasured, type Belle2CsvOptions } from '../../../formats/tables/to-belle2-csv.js';
import { tableFormatOf, writeWeightTables } from '../../../formats/tables/write-tables.js';
import { particleOf } from '../../../physics/particles.js';

/** Options of `datamc pid convert-table`, as a user writes them. */
export interface ConvertTableOptions {
  readonly input: string;
  readonly output: string;
  readonly to: string;
  /** `[reco, truth]`, names or codes; one for both where they are the same. */
  readonly pdg?: readonly string[] | undefined;
  readonly variable?: string | undefined;
  readonly threshold?: number | undefined;
  readonly notIdentified?: string | undefined;
  readonly angle?: string | undefined;
  readonly charge?: string | undefined;
  readonly workingPoint?: string | undefined;
  readonly bestAvailable?: boolean | undefined;
  readonly isoScore?: readonly number[] | undefined;
  readonly pid?: boolean | undefined;
  readonly payload?: string | undefined;
  readonly iov?: readonly number[] | undefined;
  readonly outOfRange?: number | undefined;
  readonly warn?: ((message: string, count?: number) => void) | undefined;
}

/** What was written, table by table. */
export type ConvertedTables = {
  readonly files: readonly string[];
  readonly tables: readonly { readonly name: string; readonly bins: number; readonly unmeasured: number }[];
};

/**
 * Reads tables of weights of any format and writes them in another.
 *
 * @throws userError `table.*`, `payload.*`, `correctionlib.*`
 * @example await convertTable({ input: 'K_e_fakeRate_table.csv', output: 'K_e.json', to: 'correctionlib' })
 */
export async function convertTable(options: ConvertTableOptions): Promise<ConvertedTables> {
  const to = tableFormatOf(options.to);
  const [reco, truth = reco] = (options.pdg ?? []).map((word) => particleOf(word, '--pdg'));
  const { variable, threshold, warn } = options;
  const about = { reco, truth, variable, threshold, warn };
  await checkOutput(
    options.output,
    [options.input, options.notIdentified].filter((file) => file !== undefined),
  );
  const read = await readWeightTables(options.input, about);
  const failing = options.notIdentified
    ? await readWeightTables(options.notIdentified, { ...about, side: 'notIdentified' })
    : [];
  if (read.some((r) => r.rest !== undefined || r.anyTruth === true))
    throw userError({
      code: 'table.modes',
      message: 'a calibration of decay modes has no bins that another format could hold',
      path: options.input,
      hint: 'apply it as it is: datamc apply FILE IN OUT',
    });
  const all = [...read, ...failing].map((r) => r.table);
  const tables = all.filter(
    (t) =>
      (variable === undefined || t.variable === variable) && (threshold === undefined || t.threshold === threshold),
  );
  if (tables.length === 0)
    throw userError({
      code: 'table.none',
      message: 'no table of the file has this cut',
      path: options.input,
      got: [variable, threshold].filter((v) => v !== undefined).join(' > '),
      expected: [...new Set(all.map((t) => t.cut))].join(', '),
    });
  const { outOfRange } = options;
  const files = await writeWeightTables(options.output, tables, {
    to,
    belle2: belle2(options),
    payload: {
      name: options.payload,
      iov: iov(options.iov),
      outOfRange: outOfRange === undefined ? undefined : { Weight: outOfRange },
    },
    outOfRange,
  });
  if (to === 'sysvar') {
    const left = tables.flatMap((t) => t.cells).filter(({ ratio: { value } }) => value <= 0 || value >= 10).length;
    if (left > 0) warn?.('SysVar leaves out bins whose ratio is not between 0 and 10', left);
  }
  return {
    files,
    tables: tables.map((t) => ({ name: tableName(t), bins: cellsOf(t.axes), unmeasured: unmeasured(t) })),
  };
}

function belle2(options: ConvertTableOptions): Belle2CsvOptions {
  const one = <T extends string>(key: 'angle' | 'charge', allowed: readonly T[]): T | undefined => {
    const word = options[key];
    if (word === undefined || (allowed as readonly string[]).includes(word)) return word as T | undefined;
    throw userError({ code: 'table.option', message: `unknown --${key}`, got: word, expected: allowed.join(', ') });
  };
  const iso = options.isoScore;
  if (iso && (iso.length !== 2 || !(iso[0] < iso[1])))
    throw userError({
      code: 'table.option',
      message: '--iso-score is LOW,HIGH',
      got: iso.join(','),
      expected: 'LOW < HIGH',
    });
  const given: Belle2CsvOptions = {
    angle: one('angle', ['cosTheta', 'cos', 'theta']),
    charge: one('charge', ['range', 'sign', 'number']),
    workingPoint: options.workingPoint,
    bestAvailable: options.bestAvailable === true ? true : undefined,
    isoScore: iso ? [iso[0], iso[1]] : undefined,
    pid: options.pid === true ? true : undefined,
  };
  return Object.fromEntries(Object.entries(given).filter(([, v]) => v !== undefined));
}

function iov(values: readonly number[] | undefined) {
  if (values === undefined) return undefined;
  if (values.length !== 4 || !values.every(Number.isInteger))
    throw userError({
      code: 'table.option',
      message: '--iov is EXPERIMENT,RUN,EXPERIMENT,RUN',
      got: values.join(','),
      expected: 'four whole numbers',
    });
  const [experimentLow, runLow, experimentHigh, runHigh] = values;
  return { experimentLow, runLow, experimentHigh, runHigh };
}
