import { newApplyCounts, resampler, transformer, type Applier } from '../../../density/apply-block.js';
import { drawSample } from '../../../density/evaluate.js';
import type { Template } from '../../../density/template.js';
import type { Figure } from '../../../figures/figure.js';
import type { HistLike } from '../../../figures/makers/bins.js';
import { dataSimulation } from '../../../figures/makers/data-simulation.js';
import { variableAxis } from '../../../hist/axis.js';
import { fill } from '../../../hist/fill.js';
import type { SummaryValue } from '../../../runs/summary.js';
import type { TaskContext } from '../../../runs/task.js';
import { kendall } from '../../../stats/kendall.js';
import type { Key } from '../../../stats/key.js';
import { ksTwoSample } from '../../../stats/ks.js';
import { shownAxis } from './check-density.js';
import type { Style } from '../common.js';
import type { MadeDensity } from './make-density.js';
import type { ProbeSource } from '../sources.js';
import { fileWord } from '../report/words.js';

/** Events that are drawn and transformed to see what comes out; more would show no more. */
const MOST = 50_000;

interface Events {
  readonly given: readonly Float64Array[];
  readonly variables: readonly Float64Array[];
  readonly weights: Float64Array;
}

/** Evenly chosen candidates of a source with all that a template needs. */
async function someEvents({ table, weight, select }: ProbeSource, template: Template): Promise<Events> {
  const { given, variables } = template;
  const expressions = Object.fromEntries([
    ...given.map((a, i) => [`g${i}`, a.expression] as const),
    ...variables.map((a, i) => [`v${i}`, a.expression] as const),
    ['w', weight ?? '1'] as const,
  ]);
  const columns = await table.read(expressions, { where: select, lenient: true });
  const all = Object.values(columns);
  const usable = Uint32Array.from(columns['w'].keys()).filter((i) => all.every((c) => Number.isFinite(c[i])));
  const step = Math.max(1, Math.ceil(usable.length / MOST));
  const rows = usable.filter((_, i) => i % step === 0);
  const pick = (name: string): Float64Array => Float64Array.from(rows, (row) => columns[name][row]);
  return {
    given: given.map((_, i) => pick(`g${i}`)),
    variables: variables.map((_, i) => pick(`v${i}`)),
    weights: pick('w'),
  };
}

/** A template's nominal density alone: its variations are not needed here. */
const nominalOnly = (template: Template): Template => ({
  ...template,
  variations: { nominal: template.variations['nominal'] },
});

function applied(applier: Applier, { given, variables, weights }: Events): Float64Array {
  const columns = applier.apply({ rows: weights.length, first: 0, given, variables }, newApplyCounts());
  return columns[applier.columns[0]] as Float64Array;
}

/** What resampling and transforming make of simulated candidates, against as many drawn from the data's density. */
function compare(name: string, events: Events, data: Template, simulation: Template, key: Key) {
  const [before] = events.variables;
  const options = { key: key.split('apply'), outside: 'pass' as const };
  const resampled = applied(resampler(data, { ...options, suffix: 'resampled' }), events);
  const transformed = applied(transformer(simulation, data, { ...options, suffix: 'transformed' }), events);
  const identity = applied(transformer(simulation, simulation, { ...options, suffix: 'same' }), events);
  const [expected] = drawSample(data, key.split('expected'), before.length, events.given);
  const known = Uint32Array.from(expected.keys()).filter((i) => Number.isFinite(expected[i]));
  const some = (values: Float64Array): Float64Array => Float64Array.from(known, (i) => values[i]);
  const weights = some(events.weights);
  const distance = (values: Float64Array): number =>
    ksTwoSample({ values: some(values), weights }, { values: some(expected), weights }).statistic;
  const rank = (values: Float64Array): number => kendall(before, values).tau;
  let moved = 0;
  identity.forEach((v, i) => (moved += Math.abs(v - before[i])));
  const summary: Record<string, SummaryValue> = {
    [`${name}.ks.before`]: distance(before),
    [`${name}.ks.resampled`]: distance(resampled),
    [`${name}.ks.transformed`]: distance(transformed),
    [`${name}.rank.resampled`]: rank(resampled),
    [`${name}.rank.transformed`]: rank(transformed),
    [`${name}.identity`]: moved / identity.length,
  };
  return { summary, resampled, transformed };
}

/**
 * Resamples and transforms simulated candidates and compares: with as many drawn from the data's density at the same
 * kinematics (Kolmogorov–Smirnov), with their own values (rank correlation), and with themselves where nothing is to change.
 */
export async function validateDensities(
  context: Pick<TaskContext, 'key'>,
  sources: { readonly data: ProbeSource; readonly simulation: ProbeSource },
  made: { readonly data: MadeDensity; readonly simulation: MadeDensity },
  style: Style,
): Promise<{ readonly summary: Readonly<Record<string, SummaryValue>>; readonly figures: readonly Figure[] }> {
  const [data, simulation] = [nominalOnly(made.data.template), nominalOnly(made.simulation.template)];
  const events = await someEvents(sources.simulation, simulation);
  const recorded = await someEvents(sources.data, data);
  const { name } = made.data.template;
  const { summary, resampled, transformed } = compare(name, events, data, simulation, context.key);
  const { edges } = shownAxis(data, 0);
  const label = data.variables[0].name;
  const histogram = (values: Float64Array, weights: Float64Array): HistLike =>
    fill([variableAxis(label, edges)], [values], weights);
  const figure = dataSimulation({
    name: `corrected-${fileWord(name)}`,
    ...style,
    data: histogram(recorded.variables[0], recorded.weights),
    dataLabel: 'Data, weighted',
    simulations: [
      { hist: histogram(events.variables[0], events.weights), label: 'Simulation' },
      { hist: histogram(resampled, events.weights), label: 'Resampled' },
      { hist: histogram(transformed, events.weights), label: 'Transformed' },
    ],
    x: { label },
    logY: true,
  });
  return { summary, figures: [figure] };
}
