import { userError } from '../../base/error.js';
import { didYouMean } from '../../base/near.js';
import type { ResolvedMode } from './modes.js';
import type { Probe } from './schema/mode-schema.js';

/** A probe of a mode: one column prefix, of one kind of particle. */
export interface ProbeUse {
  readonly mode: ResolvedMode;
  readonly particle: string;
  /** Its place in the mode's list of probes of this particle. */
  readonly index: number;
  readonly probe: Probe;
}

/** All probes of a particle in all modes, or in those that are named. @throws userError `pid.particle`, `pid.mode` */
export function probesOf(
  modes: readonly ResolvedMode[],
  particle: string,
  at: string,
  key: string,
  named?: readonly string[],
): ProbeUse[] {
  const wrong = named?.find((name) => !modes.some((m) => m.name === name));
  if (wrong !== undefined) {
    const known = modes.map((m) => m.name);
    throw userError({
      code: 'pid.mode',
      message: `there is no mode "${wrong}"`,
      path: `${at}.modes`,
      expected: known.join(', '),
      hint: didYouMean(wrong, known),
    });
  }
  const chosen = modes.filter((m) => named === undefined || named.includes(m.name));
  const uses = chosen.flatMap((mode) =>
    Object.hasOwn(mode.probes, particle)
      ? mode.probes[particle].map((probe, index): ProbeUse => ({ mode, particle, index, probe }))
      : [],
  );
  if (uses.length) return uses;
  const known = [...new Set(chosen.flatMap((m) => Object.keys(m.probes)))];
  throw userError({
    code: 'pid.particle',
    message: `no mode has a probe "${particle}"`,
    path: `${at}.${key}`,
    got: `"${particle}"`,
    expected: known.join(', '),
    hint: didYouMean(particle, known),
  });
}
