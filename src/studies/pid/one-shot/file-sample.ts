import { userError } from '../../../base/error.js';
import { didYouMean, nearMatches } from '../../../base/near.js';
import type { EventStore, EventTable } from '../../../events/store.js';
import type { CandidateSource } from '../tables/candidates.js';
import { openFiles, type FileSample as EventFiles, type StringOptions } from './open-files.js';

/** A sample on the command line, or in a script: files, and how its candidates are made signal. */
export interface FileSample extends EventFiles, StringOptions {
  /** Weight of a candidate, of either sign: `sWeight_nominal`. */
  readonly weight?: string | undefined;
  /** Other weights by source of uncertainty: `sWeight_systematic`, or `up,down`. */
  readonly systematics?: Readonly<Record<string, string>> | undefined;
  /** Particle → condition that finds true ones. */
  readonly truth?: Readonly<Record<string, string>> | undefined;
  /** Weight that finds signal without truth: its difference is the source `closure`. */
  readonly closure?: string | undefined;
}

/** A particle and the prefix of its columns: `K` of `D0_K`; `''` where columns have none. */
export interface Probe {
  readonly particle: string;
  readonly prefix: string;
}

/** Opens a sample with a probe's short names. `option` is where it was named, for errors. */
export async function openProbe(
  store: EventStore,
  sample: FileSample,
  prefix: string,
  option: string,
): Promise<EventTable> {
  const table = await openFiles(store, sample, sample, option, prefix);
  const names = table.columns.map((c) => c.name);
  if (prefix === '' || names.some((name) => name.startsWith(prefix) && '_.'.includes(name[prefix.length] ?? ' ')))
    return table;
  const known = new Set(names.flatMap((name) => [...name.matchAll(/[_.]/g)].map((m) => name.slice(0, m.index))));
  const near = nearMatches(prefix, known);
  throw userError({
    code: 'pid.prefix',
    message: `no column of ${table.files[0]} begins with "${prefix}_"`,
    path: option,
    got: prefix,
    expected: 'the prefix of the probe’s columns, such as D0_K for D0_K_kaonID; none where they have none',
    hint: near.length ? `did you mean ${near.map((n) => `"${n}"`).join(' or ')}?` : undefined,
  });
}

/**
 * The candidates of a probe in a sample, weighted as the sample says.
 *
 * @throws userError `pid.truth` where the sample has conditions of truth, but none for this particle
 */
export async function openCandidates(
  store: EventStore,
  sample: FileSample,
  probe: Probe,
  option: string,
): Promise<CandidateSource> {
  const table = await openProbe(store, sample, probe.prefix, option);
  const { weight, truth, closure } = sample;
  const known = Object.keys(truth ?? {});
  if (truth && !Object.hasOwn(truth, probe.particle))
    throw userError({
      code: 'pid.truth',
      message: `no condition finds true "${probe.particle}" in ${sample.files[0]}`,
      path: '--truth',
      expected: `${[...known, probe.particle].map((p) => `--truth "${p}=…"`).join(' ')}`,
      hint: didYouMean(probe.particle, known),
    });
  const select = truth?.[probe.particle];
  const systematics: Record<string, NonNullable<CandidateSource['systematics']>[string]> = {};
  for (const [name, columns] of Object.entries(sample.systematics ?? {})) {
    const [up, down, ...more] = splitTop(columns);
    if (more.length || !up)
      throw userError({
        code: 'pid.systematic',
        message: `the systematic source "${name}" names ${more.length + 2} weights`,
        path: '--systematic',
        got: columns,
        expected: 'one weight, or UP,DOWN',
      });
    systematics[name] = { up: { weight: up, select }, down: down ? { weight: down, select } : undefined };
  }
  const weightOption = option === '--simulation' ? '--simulation-weight' : '--weight';
  if (weight !== undefined) table.check(weight, weightOption);
  if (select !== undefined) table.check(select, '--truth', 'condition');
  if (closure !== undefined) table.check(closure, '--closure');
  for (const { up, down } of Object.values(systematics))
    for (const side of [up, down])
      if (side?.weight !== undefined)
        table.check(side.weight, option === '--simulation' ? '--simulation-systematic' : '--systematic');
  if (closure !== undefined) systematics['closure'] = { up: { weight: closure } };
  const method =
    weight === undefined ? (select === undefined ? 'counts' : 'truth') : select === undefined ? 'sweights' : 'truth';
  return { table, method, weight, select, systematics };
}

/** Splits at commas outside brackets. */
function splitTop(text: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const letter of text) {
    if ('([{'.includes(letter)) depth++;
    if (')]}'.includes(letter)) depth--;
    if (letter === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += letter;
  }
  return parts.map((p) => p.trim());
}

/** What was odd about the files, once each. */
export function warnOf(sources: readonly { readonly table: EventTable }[], warn?: Warn): void {
  const seen = new Set<string>();
  for (const { table } of sources)
    for (const { message, count, path: at } of table.warnings) {
      if (seen.has(message + at)) continue;
      seen.add(message + at);
      warn?.(message, count);
    }
}

export type Warn = (message: string, count?: number) => void;
