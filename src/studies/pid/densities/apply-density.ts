import path from 'node:path';
import { userError } from '../../../base/error.js';
import type { JsonObject } from '../../../base/json.js';
import { fileName, newApplyCounts, resampler, transformer, type ApplyCounts } from '../../../density/apply-block.js';
import type { Outside } from '../../../density/placed.js';
import { loadTemplate } from '../../../density/store.js';
import type { Template } from '../../../density/template.js';
import type { EventTable } from '../../../events/store.js';
import { withTemporaryStore } from '../../../events/temporary-store.js';
import { seedKey } from '../../../stats/key.js';
import type { Figure } from '../../../figures/figure.js';
import { openApplyInput, type ApplyInput } from '../../apply-input.js';
import { AppliedSample, type AppliedCheck } from './applied-sample.js';
import { appliedFigures } from './applied-figures.js';
import { againstData, readData, type DataToCompare } from './applied-data.js';
import type { FigureStyle } from './density-figures.js';

export interface ApplyDensityOptions extends ApplyInput {
  readonly output: string;
  /** Expressions of the template's columns in the input, where they are called otherwise: `{ p: 'K_p' }`. */
  readonly columns?: Readonly<Record<string, string>> | undefined;
  /** Prefix of the track's columns in the input. */
  readonly prefix?: string | undefined;
  readonly outside?: Outside | undefined;
  /** Leave the variations out: nominal values alone. */
  readonly nominalOnly?: boolean | undefined;
  /** End of the new columns' names: `resampled`, `transformed`. */
  readonly suffix?: string | undefined;
  /** Data to compare with: their distribution and correlations, in figures and numbers. */
  readonly data?: DataToCompare | undefined;
  readonly style?: FigureStyle | undefined;
  readonly seed?: number | undefined;
  /** What identifies a row, such as run, event and track: its random numbers then depend on it, not on its place. */
  readonly identify?: readonly string[] | undefined;
  /** Other columns whose correlations with the variables are looked at. */
  readonly compare?: readonly string[] | undefined;
  /** Weight of the input's rows in the checks. */
  readonly weight?: string | undefined;
  readonly jobs?: number | undefined;
  readonly progress?: ((done: number, total: number, unit?: string) => void) | undefined;
}

/** What was applied: counts of rows for people and `--json`, and a sample of rows before and after for figures. */
export interface AppliedDensity {
  readonly result: JsonObject;
  readonly check: AppliedCheck;
  readonly template: Template;
  readonly figures: readonly Figure[];
}

/** Without variations a template is applied several times faster. */
const nominalOf = (template: Template): Template => ({
  ...template,
  variations: { nominal: template.variations['nominal'] },
});

/**
 * Draws data-like values of a template's variables for every row of a file: column `NAME_resampled` with its variations
 * `_stat0` …, `_syst_NAME` and the band `_up`, `_down`; `pidstat` (local statistics of the template) and `pidflag`.
 *
 * @param template a template, or the path of its JSON
 * @throws userError `density.*`, `events.*`
 * @example await resample('densities/K_kaonID.json', { input: 'mc.root', output: 'mc-resampled.parquet', columns: { p: 'K_p' } })
 */
export async function resample(template: string | Template, options: ApplyDensityOptions): Promise<AppliedDensity> {
  return apply(await opened(template), undefined, options);
}

/**
 * Turns simulated values into data-like ones at the same rank for their kinematics: x' = F_data⁻¹(F_sim(x | k) | k), column
 * `NAME_transformed` with its variations; correlations with other columns of the row are kept.
 *
 * @param simulation template of the simulation; @param data template of the data: the same variables and given columns
 * @example await transform('K_kaonID_simulation.json', 'K_kaonID.json', { input: 'mc.root', output: 'mc-transformed.parquet' })
 */
export async function transform(
  simulation: string | Template,
  data: string | Template,
  options: ApplyDensityOptions,
): Promise<AppliedDensity> {
  const [from, to] = [await opened(simulation), await opened(data)];
  const names = (t: Template): string =>
    `${t.variables.map((a) => a.name).join(', ')} given ${t.given.map((a) => a.name).join(', ')}`;
  if (names(from) !== names(to)) {
    throw userError({
      code: 'density.differ',
      message: 'the two densities describe different columns',
      got: names(from),
      expected: names(to),
      hint: 'make both with the same --variables and --given',
    });
  }
  return apply(to, from, options);
}

const opened = (template: string | Template): Promise<Template> | Template =>
  typeof template === 'string' ? loadTemplate(template) : template;

async function apply(
  data: Template,
  simulation: Template | undefined,
  options: ApplyDensityOptions,
): Promise<AppliedDensity> {
  const { input, output, warn = () => {}, progress, jobs } = options;
  return withTemporaryStore(jobs, async (store) => {
    const from = { ...options, input: path.resolve(input) };
    const { table, rows: total } = await openApplyInput(store, from, { prefix: options.prefix });
    const written = await write(table, total, data, simulation, {
      ...options,
      warn,
      output: path.resolve(output),
      progress,
    });
    const { check, result, template } = written;
    const seen = options.data && (await readData(store, options.data, options, template, options.compare ?? []));
    const figures = appliedFigures(
      template,
      check,
      options.compare ?? [],
      simulation !== undefined,
      seen,
      options.style,
    );
    return { ...written, figures, result: seen ? { ...result, data: againstData(template, check, seen) } : result };
  });
}

async function write(
  table: EventTable,
  total: number,
  data: Template,
  simulation: Template | undefined,
  options: ApplyDensityOptions & { readonly warn: (message: string, count?: number) => void },
): Promise<Omit<AppliedDensity, 'figures'>> {
  const { columns: renamed = {}, compare = [], warn } = options;
  checkNames(renamed, data);
  const expression = (axis: Template['given'][number]): string => renamed[axis.name] ?? axis.expression;
  const brought = data.variables.map((axis) => expression(axis)).filter((text) => passes(table, text));
  const passing = simulation !== undefined || brought.length === data.variables.length;
  const outside = options.outside ?? (passing ? 'pass' : 'nan');
  if (!passing && outside === 'pass') {
    throw userError({
      code: 'density.nothing-to-pass',
      message: `${table.files[0]} has no "${data.variables.map(expression).find((t) => !brought.includes(t))}" to pass through`,
      path: 'outside',
      expected: 'nan or clamp',
    });
  }
  const expressions = Object.fromEntries([
    ...data.given.map((axis, i) => [`g${i}`, expression(axis)] as const),
    ...(passing ? data.variables.map((axis, i) => [`v${i}`, expression(axis)] as const) : []),
    ...compare.map((text, i) => [`c${i}`, text] as const),
    ...(options.identify ?? []).map((text, i) => [`i${i}`, text] as const),
    ...(options.weight === undefined ? [] : [['w', options.weight] as const]),
  ]);
  const suffix = options.suffix ?? (simulation ? 'transformed' : 'resampled');
  const settings = { key: seedKey(options.seed ?? 1).split(suffix), outside, suffix };
  const [to, of] = options.nominalOnly ? [nominalOf(data), simulation && nominalOf(simulation)] : [data, simulation];
  const applier = of ? transformer(of, to, settings) : resampler(to, settings);
  const counts = newApplyCounts();
  const sample = new AppliedSample(to, compare, passing);
  const { rows } = await table.writeWith(
    options.output,
    expressions,
    (block, first) => {
      const n = Object.values(block)[0].length;
      const given = to.given.map((_, i) => block[`g${i}`]);
      const variables = passing ? to.variables.map((_, i) => block[`v${i}`]) : undefined;
      const identity = options.identify?.map((_, i) => block[`i${i}`]);
      const added = applier.apply({ rows: n, first, given, variables, identity }, counts);
      const after = to.variables.map((axis) => added[`${fileName(axis.name)}_${suffix}`] as Float64Array);
      sample.add({ given, before: variables, after, block, flag: added['pidflag'] as Uint8Array });
      options.progress?.(counts.rows, Math.max(total, counts.rows), 'rows');
      return added;
    },
    { path: options.input },
  );
  tell(counts, outside, warn);
  const check = sample.check();
  const { done, clamped } = counts;
  return {
    check,
    template: to,
    result: {
      rows,
      coverage: rows ? (done + clamped) / rows : 0,
      done,
      clamped,
      outside: counts.outside,
      missing: counts.missing,
      empty: counts.empty,
      unusable: counts.unusable,
      columns: [...applier.columns, 'pidstat', ...(of ? ['mcstat'] : []), 'pidflag'],
      ks: { ...check.ks },
      ...(check.correlations
        ? {
            correlations: {
              columns: check.correlations.names,
              ...(check.correlations.before ? { before: [...check.correlations.before] } : {}),
              after: [...check.correlations.after],
            },
          }
        : {}),
      output: options.output,
    },
  };
}

/** Whether an expression can be evaluated on a table. */
function passes(table: EventTable, text: string): boolean {
  try {
    table.check(text);
    return true;
  } catch {
    return false;
  }
}

function checkNames(renamed: Readonly<Record<string, string>>, { given, variables }: Template): void {
  const known = [...given, ...variables].map((a) => a.name);
  const unknown = Object.keys(renamed).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw userError({
    code: 'density.unknown-column',
    message: `the density has no column "${unknown}"`,
    path: `columns.${unknown}`,
    got: unknown,
    expected: known.join(', '),
  });
}

function tell(counts: ApplyCounts, outside: Outside, warn: (message: string, count?: number) => void): void {
  const fate = outside === 'nan' ? 'NaN' : 'passed through unchanged';
  if (counts.outside) warn(`rows beyond the density's range of kinematics: ${fate}, pidflag 1`, counts.outside);
  if (counts.missing) warn(`rows without a usable value of the kinematics: ${fate}, pidflag 2`, counts.missing);
  if (counts.empty) warn(`rows where the density has no events: ${fate}, pidflag 3`, counts.empty);
  if (counts.unusable) warn(`rows without a usable value of the variable: ${fate}, pidflag 4`, counts.unusable);
  if (counts.clamped) warn('rows beyond the range, taken at its end: pidflag 5', counts.clamped);
}
