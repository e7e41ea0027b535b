import type { EventStore, EventTable } from '../../events/store.js';
import type { TaskContext } from '../../runs/task.js';
import { inPlaceOf } from '../own-variables.js';
import type { CandidateSource, Weighting } from './tables/candidates.js';
import { both } from './both.js';
import { ntupleOf, type CommonParams } from './common.js';
import { BACKGROUND, hasFittedTemplates } from './fits/fits.js';
import type { SampleName } from './modes.js';
import type { FitSettings } from './schema/fit-schema.js';
import type { ModeParams } from './params.js';
import { taskVariables } from './schema/study-variables.js';
import { weightColumn } from '../../fit/weight-columns.js';

/** Candidates of one probe, with where they come from. */
export interface ProbeSource extends CandidateSource {
  readonly mode: ModeParams;
  readonly particle: string;
  /** The same rows in nobody's place: what the fit variable and the sample's weight mean there is no column of the probe. */
  readonly whole: EventTable;
}

/**
 * The sources of uncertainty that columns of weights stand for: `sWeight_systematic` is that of the fit as such, replicas
 * `sWeight_template_0`, … are drawn from one source.
 */
export const sourceName = (variant: string): string =>
  variant === 'systematic' ? 'sweights' : variant.replace(/^template_(\d+)$/, 'templates[$1]');

/** Columns of weights of a mode's fits, as a run names them. */
export function weightColumns(fit: FitSettings | undefined): Record<string, string> {
  const variants = !fit
    ? []
    : hasFittedTemplates(fit)
      ? ['systematic', ...Object.keys(fit.variants), `${BACKGROUND}_up`, `${BACKGROUND}_down`]
      : fit.weights === 'templates'
        ? Object.entries(fit.templates ?? {}).flatMap(([name, { error }]) =>
            error ? [`${name}_up`, `${name}_down`] : [],
          )
        : fit.weights === 'abcd'
          ? ['transfer_up', 'transfer_down']
          : fit.weights === 'classifier'
            ? ['systematic', ...Array.from({ length: fit.classifier?.replicas ?? 0 }, (_, i) => `template_${i}`)]
            : ['systematic', ...Object.keys(fit.variants)];
  return Object.fromEntries(['nominal', ...variants].map((name) => [name, weightColumn(name)]));
}

/** Other weightings by source of uncertainty; `_up` and `_down` of one name make one source. */
function systematicsOf(columns: ModeParams['columns'], cut: Pick<Weighting, 'select'>): CandidateSource['systematics'] {
  const sources: Record<string, { up: Weighting; down?: Weighting }> = {};
  for (const [name, weight] of Object.entries(columns)) {
    if (name === 'nominal' || name.endsWith('_down')) continue;
    const stem = name.replace(/_up$/, '');
    const down = name.endsWith('_up') ? columns[`${stem}_down`] : undefined;
    sources[sourceName(stem)] = {
      up: { weight, ...cut },
      ...(down === undefined ? {} : { down: { weight: down, ...cut } }),
    };
  }
  return sources;
}

const withoutScale = (columns: ModeParams['columns']): ModeParams['columns'] =>
  Object.fromEntries(Object.entries(columns).filter(([name]) => !name.startsWith(`${BACKGROUND}_`)));

/** Opens the weighted candidates of a mode in the place of one probe. */
export async function openProbe(
  store: EventStore,
  context: TaskContext,
  params: Pick<CommonParams, 'variables' | 'inputs'>,
  mode: string,
  sample: SampleName,
  prefix: string,
): Promise<EventTable> {
  const own = await taskVariables(context, params.variables);
  return store.open(ntupleOf(context, params, mode, sample), inPlaceOf(own, prefix));
}

/** How candidates of a sample are made signal: by sWeights, by truth, or all as they are. */
export function weightingOf(
  mode: ModeParams,
  particle: string,
  sample: SampleName,
  select: string | undefined,
  how: 'truth' | 'sweights' = mode.simulation,
): Pick<CandidateSource, 'weight' | 'select' | 'method' | 'systematics'> {
  const own = mode.weights[sample];
  const cut = select === undefined ? {} : { select };
  // Without a cut that finds true ones, simulation is weighted as data are.
  // Templates and ABCD make weights of data; simulated signal has the sample's own, background among it none.
  const counted =
    sample === 'simulation' &&
    ((mode.fit?.templates !== undefined && mode.fit.weights === 'templates') || mode.fit?.weights === 'abcd');
  if (sample === 'simulation' && how === 'truth' && mode.truth[particle] !== undefined) {
    const truth = both(mode.truth[particle], select);
    const bySweights = { weight: mode.columns['nominal'], ...cut };
    return {
      ...(counted ? { weight: mode.columns['nominal'] } : own === undefined ? {} : { weight: own }),
      ...(truth === undefined ? {} : { select: truth }),
      method: 'truth',
      ...(mode.closure && mode.fit && !counted ? { systematics: { closure: { up: bySweights } } } : {}),
    };
  }
  if (counted) return { weight: mode.columns['nominal'], ...cut, method: 'all' };
  const bySPlot = mode.fit?.weights === 'sPlot' || (sample === 'simulation' && hasFittedTemplates(mode.fit));
  const method = !mode.fit ? 'all' : bySPlot ? 'sweights' : mode.fit.weights;
  // The scale of a background is of data; simulation is weighted by its own fit.
  const columns = sample === 'simulation' && hasFittedTemplates(mode.fit) ? withoutScale(mode.columns) : mode.columns;
  return { weight: mode.columns['nominal'], ...cut, method, systematics: systematicsOf(columns, cut) };
}

/** All candidates that truly are a particle, in one sample: one source for each mode and probe. */
export async function probeSources(
  store: EventStore,
  context: TaskContext,
  params: Pick<CommonParams, 'variables' | 'modes' | 'inputs'>,
  particle: string,
  sample: SampleName,
  how?: 'truth' | 'sweights',
): Promise<ProbeSource[]> {
  const sources: ProbeSource[] = [];
  for (const mode of params.modes) {
    if (!Object.hasOwn(mode.probes, particle)) continue;
    for (const { prefix, select } of mode.probes[particle]) {
      const table = await openProbe(store, context, params, mode.name, sample, prefix);
      const whole = await openProbe(store, context, params, mode.name, sample, '');
      sources.push({ mode, particle, table, whole, ...weightingOf(mode, particle, sample, select, how) });
    }
  }
  return sources;
}
