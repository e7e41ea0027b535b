import type { ResolvedMode } from '../modes.js';
import type { PidStudy } from '../schema/schema.js';
import { cutParts } from '../tables/cut-parts.js';

/** A variable of one probe that a classifier's output must not depend on. */
export type Control = { readonly particle: string; readonly prefix: string; readonly variable: string };

/** What the mode names, for each probe; else the identification variables that tables, curves and densities use of it. */
export function controlsOf(
  study: Pick<PidStudy, 'tables' | 'roc' | 'densities'>,
  mode: Pick<ResolvedMode, 'name' | 'probes' | 'fit'>,
): Control[] {
  const takes = (named: readonly string[] | undefined): boolean => named === undefined || named.includes(mode.name);
  const used = (particle: string): readonly string[] => [
    ...study.tables
      .filter((t) => takes(t.modes) && [t.efficiency, ...(t.fake ?? [])].includes(particle))
      .flatMap((t) => t.cut.map((cut) => cutParts(cut).variable)),
    ...study.roc.filter((c) => takes(c.modes) && [c.signal, c.background].includes(particle)).map((c) => c.variable),
    ...study.densities
      .filter((d) => d.probe === particle && (d.mode === undefined || d.mode === mode.name))
      .flatMap((d) => d.variables.map((v) => v.expression ?? v.name)),
  ];
  return Object.entries(mode.probes).flatMap(([particle, probes]) =>
    [...new Set(mode.fit?.classifier?.controls ?? used(particle))]
      .filter((variable) => variable !== '')
      .flatMap((variable) => probes.map(({ prefix }) => ({ particle, prefix, variable }))),
  );
}
