import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { userError } from '../../base/error.js';
import { sourceName, SYSTEMATIC, type Estimate } from '../../hist/estimate.js';
import type { WeightTable } from '../../hist/weight-table.js';
import { particleOfPdg } from '../../physics/particles.js';
import { hole, isMeasured, NOT_MEASURED, rateCell, shiftOf, sourcesOf } from './estimates.js';
import type { ReadTableOptions } from './from-belle2-csv.js';
import { binsOf, gridOf } from './grid.js';
import { columnStem, isFakeRate } from './names.js';

/*
 * SysVar's correction of type "1D": bins of one variable and their weights, written out in its YAML. Errors are symmetric there:
 * the larger of up and down.
 */

const numbers = z.array(z.number());
const errors = z.record(z.string(), numbers).nullish();
const schema = z.looseObject({
  correction_type: z.literal('1D'),
  dependant_variable: z.string(),
  unit: z.string().nullish(),
  title: z.string().nullish(),
  min: numbers.min(1),
  max: numbers.min(1),
  corrections: numbers.min(1),
  uncertainties: z.looseObject({ fully_correlated: errors, uncorrelated: errors }).nullish(),
  extra_cuts: z.record(z.string(), z.array(z.number())).nullish(),
  cov_matrix: z.string().nullish(),
});

/** Whether a text is the YAML of a SysVar correction that holds its weights. */
export const isSysvar1d = (text: string): boolean => /^correction_type:\s*['"]?1D['"]?\s*(#.*)?$/m.test(text);

/**
 * A table of one column as SysVar's YAML: `stat` as `uncorrelated`, every systematic source by its name as `fully_correlated`. Bins
 * without a weight are left out.
 *
 * @throws userError `sysvar.axes` for several columns
 */
export function toSysvar1d(
  table: WeightTable,
  options: { readonly unit?: string | undefined; readonly title?: string | undefined } = {},
): string {
  const [axis, ...more] = table.axes;
  if (more.length > 0)
    throw userError({
      code: 'sysvar.axes',
      message: 'a SysVar correction of type 1D has one column',
      got: table.axes.map((a) => columnStem(a.column)).join(', '),
    });
  const bins = binsOf(table.axes);
  const measured = table.cells.flatMap(({ ratio }, i) => (isMeasured(ratio) ? [{ ratio, bounds: bins[i][0] }] : []));
  const of = (source: string): number[] =>
    measured.map(({ ratio }) => {
      const shift = ratio.sources[source];
      return shift ? Math.max(Math.abs(shift.up), Math.abs(shift.down)) : 0;
    });
  const sources = sourcesOf(measured.map((m) => m.ratio));
  const named = sources.filter((s) => s !== 'stat').map((s) => [sourceName(s), of(s)] as const);
  const both = (pdg: number): number[] => [pdg, -pdg];
  const stem = columnStem(axis.column);
  const what = isFakeRate(table)
    ? `${table.truth.name} taken for ${table.reco.name}`
    : `${table.reco.name} identification`;
  const value: z.input<typeof schema> = {
    correction_type: '1D',
    dependant_variable: stem,
    unit: options.unit ?? (stem === 'p' || stem === 'pt' ? 'GeV' : stem === 'theta' ? 'rad' : ''),
    title: options.title ?? what,
    min: measured.map((m) => m.bounds[0]),
    max: measured.map((m) => m.bounds[1]),
    corrections: measured.map((m) => m.ratio.value),
    uncertainties: {
      ...(named.length > 0 ? { fully_correlated: Object.fromEntries(named) } : {}),
      ...(sources.includes('stat') ? { uncorrelated: { stat: of('stat') } } : {}),
    },
    extra_cuts: { PDG: both(table.reco.pdg), mcPDG: both(table.truth.pdg) },
    cov_matrix: null,
  };
  return stringify(value, { lineWidth: 0, flowCollectionPadding: false });
}

/**
 * Reads SysVar's YAML of a correction of type 1D. `uncorrelated` errors become `stat`, in quadrature; every `fully_correlated`
 * one a source of its name, that moves all bins together.
 *
 * @throws userError `sysvar.yaml`, `table.*`
 */
export function fromSysvar1d(text: string, options: ReadTableOptions = {}): WeightTable {
  const wrong = (message: string, at?: string) =>
    userError({
      code: 'sysvar.yaml',
      message,
      path: [options.path, at].filter((part) => part !== undefined && part !== '').join(': ') || undefined,
      expected: 'correction_type: 1D, dependant_variable, min, max, corrections, uncertainties',
    });
  let raw: unknown;
  try {
    raw = parse(text);
  } catch (error) {
    throw wrong(`not a YAML file: ${(error as Error).message.split('\n')[0]}`);
  }
  const parsed = schema.safeParse(raw);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw wrong(`not a SysVar correction of type 1D: ${issue.message}`, issue.path.join('.'));
  }
  const { dependant_variable: stem, min, max, corrections, uncertainties, extra_cuts: cuts, cov_matrix } = parsed.data;
  if (cov_matrix) throw wrong('the covariance of this correction is in a file of its own', 'cov_matrix');
  const correlated = Object.entries(uncertainties?.fully_correlated ?? {});
  const alone = Object.entries(uncertainties?.uncorrelated ?? {});
  const lists = { min, max, ...Object.fromEntries([...correlated, ...alone]) };
  for (const [name, list] of Object.entries(lists))
    if (list.length !== corrections.length)
      throw wrong(`${list.length} numbers for ${corrections.length} corrections`, name);
  const grid = gridOf(
    [stem],
    corrections.map((_, i) => ({ line: i + 1, bounds: [[min[i], max[i]]] })),
    options.path,
  );
  const pdg = (key: string): number | undefined => {
    const found = cuts?.[key]?.[0];
    return found === undefined ? undefined : Math.abs(found);
  };
  const reco = pdg('PDG') ?? options.reco?.pdg;
  if (reco === undefined)
    throw userError({
      code: 'table.particle',
      message: 'the table does not say which particle it is about',
      path: options.path,
      expected: 'extra_cuts: { PDG: [211, -211] }',
      hint: 'say it: --pdg RECO,TRUTH, such as --pdg e,pi',
    });
  const { variable = '', threshold = NaN, side = 'identified' } = options;
  const estimate = (i: number): Estimate => {
    const stat = Math.hypot(...alone.map(([, list]) => list[i]));
    const stats = alone.length > 0 ? { stat: shiftOf(stat, stat) } : {};
    const shifts = correlated.map(([name, list]) => [`${SYSTEMATIC}${name}`, shiftOf(list[i], list[i])] as const);
    return { value: corrections[i], sources: { ...stats, ...Object.fromEntries(shifts) } };
  };
  return {
    axes: grid.axes,
    reco: particleOfPdg(reco),
    truth: particleOfPdg(pdg('mcPDG') ?? options.truth?.pdg ?? reco),
    variable,
    threshold,
    cut: variable === '' ? '' : `${variable} > ${threshold}`,
    precut: '',
    side,
    cells: Array.from(grid.rowOf, (r) =>
      r < 0
        ? hole()
        : { ratio: estimate(r), data: rateCell(NOT_MEASURED), simulation: rateCell(NOT_MEASURED), flags: [] },
    ),
  };
}
