import path from 'node:path';
import { readColumns, writeColumns, type Columns } from '../columns-file.js';

/** What the `map` task leaves behind, everything on the learning scale, by variable. */
export interface Mapped {
  /** Every used simulated event, in order. */
  readonly nominal: readonly Float64Array[];
  /** Standard deviation of the replicas at each judging event; absent without replicas. */
  readonly sigma?: readonly Float64Array[];
  /** The judging events under each replica: `replicas[r][variable]`. */
  readonly replicas: readonly (readonly Float64Array[])[];
}

/** One curve of the map figure: the map along one variable at fixed values of everything else. */
export interface MapCurveData {
  /** What is held fixed, in words: `p_{T} = 5.2 GeV`. */
  readonly title: string;
  readonly variable: number;
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly sigma?: readonly number[];
  readonly truth?: readonly number[];
}

export async function writeMapped(dir: string, mapped: Mapped): Promise<void> {
  const all: Record<string, Float64Array> = {};
  mapped.nominal.forEach((column, k) => (all[`y${k}`] = column));
  await writeColumns(path.join(dir, 'mapped.columns'), all);
  const replicas: Record<string, Float64Array> = {};
  mapped.sigma?.forEach((column, k) => (replicas[`s${k}`] = column));
  mapped.replicas.forEach((columns, r) => columns.forEach((column, k) => (replicas[`r${r}:${k}`] = column)));
  await writeColumns(path.join(dir, 'judging.columns'), replicas);
}

export async function readMapped(dir: string): Promise<Mapped> {
  const all: Columns = await readColumns(path.join(dir, 'mapped.columns'));
  const series = (columns: Columns, prefix: string): Float64Array[] => {
    const out: Float64Array[] = [];
    for (let k = 0; columns[`${prefix}${k}`]; k++) out.push(columns[`${prefix}${k}`]);
    return out;
  };
  const nominal = series(all, 'y');
  const flat: Columns = await readColumns(path.join(dir, 'judging.columns'));
  const sigma = series(flat, 's');
  const replicas: Float64Array[][] = [];
  for (let r = 0; flat[`r${r}:0`]; r++) replicas.push(series(flat, `r${r}:`));
  return { nominal, ...(sigma.length ? { sigma } : {}), replicas };
}
