import { userError } from '../../../base/error.js';
import type { Particle } from '../../../hist/weight-table.js';
import { particleOf } from '../../../physics/particles.js';
import { findHypothesis } from '../../../base/particles.js';
import { cutParts } from './cut-parts.js';
import type { Probe } from '../schema/mode-schema.js';
import type { TableSettings } from '../schema/table-schema.js';

/**
 * A probe's particle: by its own PDG code where a mode tells one, else by its name.
 *
 * @throws userError `particle.unknown`
 */
export function particleFor(modes: readonly ProbesOfMode[], name: string): Particle {
  const pdg = modes.flatMap((mode) => mode.probes[name] ?? []).find((probe) => probe.pdg !== undefined)?.pdg;
  return pdg === undefined
    ? particleOf(name, `${modes.find((mode) => mode.probes[name])?.at ?? 'modes'}.probes.${name}`)
    : { name, pdg };
}

interface ProbesOfMode {
  readonly at: string;
  readonly probes: Readonly<Record<string, readonly Probe[] | undefined>>;
}

/**
 * What candidates that pass a cut are taken for: the particle whose efficiency is asked for, the one that is told, or the one
 * that the cut's variable is named after (`kaonID`).
 *
 * @throws userError `pid.reco`
 */
export function recoOf(table: TableSettings, truths: readonly Particle[], at: string): Particle {
  if (table.reco !== undefined) return particleOf(table.reco, `${at}.reco`);
  if (table.efficiency !== undefined)
    return truths.find((t) => t.name === table.efficiency) ?? particleOf(table.efficiency);
  const { variable } = cutParts(table.cut[0]);
  const word = /^(electron|muon|pion|kaon|proton|deuteron)/.exec(variable)?.[1];
  const found = word === undefined ? undefined : findHypothesis(word);
  if (found) return { name: found.name, pdg: found.pdg };
  throw userError({
    code: 'pid.reco',
    message: `it is not told what candidates that pass "${table.cut[0]}" are taken for`,
    path: at,
    expected: 'reco: K, or efficiency: K',
  });
}
