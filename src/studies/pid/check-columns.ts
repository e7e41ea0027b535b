import { userError } from '../../base/error.js';
import { openStore, type EventStore, type EventTable } from '../../events/store.js';
import type { OwnVariables } from '../../events/variables/own.js';
import type { Sample } from '../head.js';
import type { PlanContext } from '../study.js';
import { inPlaceOf, readOwnVariables } from '../own-variables.js';
import { SAMPLES, type ResolvedMode, type SampleName } from './modes.js';
import type { PidStudy } from './schema/schema.js';
import { checkPrefix } from './prefix.js';
import { particleFor, recoOf } from './tables/reco.js';
import { probesOf } from './uses.js';
import { checkFits, templatesIn } from './check-fits.js';

type Use = 'number' | 'condition';
/** A string of the study: where it stands, and what it must be. */
type Wanted = readonly [text: string, at: string, use: Use];

/** What is evaluated on a probe of a particle in a mode, beyond the mode's own strings. */
function probeStrings(study: PidStudy, mode: ResolvedMode, particle: string): Wanted[] {
  const takes = (named: readonly string[] | undefined): boolean => named === undefined || named.includes(mode.name);
  const wanted: Wanted[] = [];
  const axes = (binning: Readonly<Record<string, unknown>>, at: string): void => {
    for (const column of Object.keys(binning)) wanted.push([column, `${at}.binning.${column}`, 'number']);
  };
  study.tables.forEach((table, i) => {
    const at = `tables[${i}]`;
    if (!takes(table.modes) || ![table.efficiency, ...(table.fake ?? [])].includes(particle)) return;
    table.cut.forEach((cut, k) =>
      wanted.push([cut, table.cut.length > 1 ? `${at}.cut[${k}]` : `${at}.cut`, 'condition']),
    );
    table.precuts.forEach((cut, k) => cut === '' || wanted.push([cut, `${at}.precuts[${k}]`, 'condition']));
    axes(table.binning, at);
  });
  study.roc.forEach((curve, i) => {
    const at = `roc[${i}]`;
    if (!takes(curve.modes) || ![curve.signal, curve.background].includes(particle)) return;
    wanted.push([curve.variable, `${at}.variable`, 'number']);
    if (curve.precut !== '') wanted.push([curve.precut, `${at}.precut`, 'condition']);
    axes(curve.binning, at);
  });
  study.densities.forEach((density, i) => {
    const at = `densities[${i}]`;
    if (density.probe !== particle) return;
    if (density.mode !== undefined && density.mode !== mode.name) return;
    density.variables.forEach((v, k) => wanted.push([v.expression ?? v.name, `${at}.variables[${k}]`, 'number']));
    for (const [column, axis] of Object.entries(density.given))
      wanted.push([('expression' in axis ? axis.expression : undefined) ?? column, `${at}.given.${column}`, 'number']);
  });
  mode.fit?.classifier?.controls?.forEach((text, k) =>
    wanted.push([text, `${mode.at}.fit.classifier.controls[${k}]`, 'number']),
  );
  mode.validity.control?.forEach((text, k) => wanted.push([text, `${mode.at}.validity.control[${k}]`, 'number']));
  mode.control?.forEach((entry, k) => {
    if (entry.probe === undefined || entry.probe === particle)
      wanted.push([entry.variable, `${mode.at}.control[${k}].variable`, 'number']);
  });
  return wanted;
}

const check = (table: EventTable, wanted: readonly Wanted[]): void => {
  for (const [text, at, use] of wanted) table.check(text, at, use);
};

/** Opens a mode's sample as the prepared rows will be opened: derived columns, custom variables, one probe's names. */
export function openMode(
  store: EventStore,
  study: Pick<PidStudy, 'define' | 'select'>,
  mode: Pick<ResolvedMode, 'define' | 'at'>,
  sample: Sample,
  name: SampleName,
  own: OwnVariables,
  prefix?: string,
): Promise<EventTable> {
  const { files, tree, select, weight, entries, explode } = sample;
  return store.open(
    { files, tree, select, weight, entries, explode },
    {
      define: { ...study.define, ...mode.define },
      select: study.select,
      path: `samples.${name}`,
      ...inPlaceOf(own, prefix),
    },
  );
}

async function checkMode(
  store: EventStore,
  study: PidStudy,
  mode: ResolvedMode,
  name: SampleName,
  own: OwnVariables,
): Promise<void> {
  const sample = mode.samples[name];
  const table = await openMode(store, study, mode, sample, name, own);
  const { fit, at } = mode;
  check(table, [
    ...(mode.select === undefined ? [] : [[mode.select, `${at}.select`, 'condition'] as const]),
    ...(fit?.variable === undefined ? [] : [[fit.variable, `${at}.fit.variable`, 'number'] as const]),
    ...(fit?.abcd
      ? (['first', 'second'] as const).map(
          (key) => [fit.abcd?.[key] ?? '', `${at}.fit.abcd.${key}`, 'condition'] as const,
        )
      : []),
  ]);
  const { classifier } = fit ?? {};
  classifier?.features.forEach((text, k) => check(table, [[text, `${at}.fit.classifier.features[${k}]`, 'number']]));
  if (name === 'simulation' && classifier) {
    if (classifier.signal !== undefined)
      check(table, [[classifier.signal, `${at}.fit.classifier.signal`, 'condition']]);
    for (const [key, { select }] of Object.entries(classifier.backgrounds))
      check(table, [[select, `${at}.fit.classifier.backgrounds.${key}.select`, 'condition']]);
  }
  if (name === 'simulation')
    for (const [key, { select }] of Object.entries(fit?.templates ?? {}))
      check(table, [[select, `${at}.fit.templates.${key}.select`, 'condition']]);
  for (const { sample: of, select, weight, at: place } of templatesIn(mode)) {
    if (of !== name) continue;
    if (select !== undefined) check(table, [[select, place, 'condition']]);
    if (weight !== undefined) check(table, [[weight, place, 'number']]);
  }
  const columns = table.columns.map((c) => c.name);
  for (const [particle, probes] of Object.entries(mode.probes)) {
    for (const { prefix, select } of probes) {
      const place = `${at}.probes.${particle}`;
      checkPrefix(columns, prefix, place);
      const scoped = await openMode(store, study, mode, sample, name, own, prefix);
      if (select !== undefined) check(scoped, [[select, place, 'condition']]);
      const truth = name === 'simulation' ? mode.truth[particle] : undefined;
      if (truth !== undefined) check(scoped, [[truth, `${at}.truth.${particle}`, 'condition']]);
      check(scoped, probeStrings(study, mode, particle));
    }
  }
}

/**
 * Every string of the study against the columns of every sample that it is evaluated on; reads headers only.
 *
 * @throws userError `expression.*`, `pid.*` naming the key
 */
export async function checkColumns(
  study: PidStudy,
  modes: readonly ResolvedMode[],
  context: PlanContext,
): Promise<void> {
  study.tables.forEach((table, i) => {
    if (table.efficiency !== undefined) probesOf(modes, table.efficiency, `tables[${i}]`, 'efficiency', table.modes);
    for (const particle of table.fake ?? []) probesOf(modes, particle, `tables[${i}]`, 'fake', table.modes);
    const names = [...(table.efficiency === undefined ? [] : [table.efficiency]), ...(table.fake ?? [])];
    const truths = names.map((particle) => particleFor(modes, particle));
    recoOf(table, truths, `tables[${i}]`);
  });
  study.tables.forEach((table, i) => {
    if (table.simulation !== 'truth') return;
    for (const particle of [table.efficiency, ...(table.fake ?? [])])
      for (const mode of modes)
        if (particle !== undefined && mode.probes[particle] && mode.truth[particle] === undefined)
          throw userError({
            code: 'pid.truth',
            message: `simulation is to be matched to truth, but "${mode.name}" has no cut that does so for "${particle}"`,
            path: `tables[${i}].simulation`,
            expected: `truth: { ${particle}: "abs(mcPDG) == …" } in the mode, or simulation: sweights`,
          });
  });
  study.roc.forEach((curve, i) => {
    for (const key of ['signal', 'background'] as const) probesOf(modes, curve[key], `roc[${i}]`, key, curve.modes);
  });
  study.densities.forEach((density, i) => {
    const axes = [...Object.keys(density.given), ...density.variables.map((v) => v.name)];
    const twice = axes.find((name, k) => axes.indexOf(name) !== k);
    if (twice !== undefined)
      throw userError({
        code: 'pid.density',
        message: `"${twice}" stands twice among the axes of a density`,
        path: `densities[${i}].variables`,
        expected: 'each variable once, in variables or in given',
      });
    const named = density.mode === undefined ? undefined : [density.mode];
    probesOf(modes, density.probe, `densities[${i}]`, 'probe', named);
  });
  for (const mode of modes) checkFits(mode);
  const store = await openStore({ cache: context.cache, threads: 1 });
  try {
    const own = await readOwnVariables(study.variables, context.directory);
    for (const mode of modes) for (const name of SAMPLES) await checkMode(store, study, mode, name, own);
  } finally {
    await store.close();
  }
}
