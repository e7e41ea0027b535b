import { InvalidArgumentError, type Command } from 'commander';
import path from 'node:path';
import type { WeightOptions } from '../studies/pid/apply/options.js';
import { assignments, list, number, positiveInteger } from './options.js';

type Threshold = NonNullable<WeightOptions['thresholds']>[string];
type ParticleSpec = NonNullable<WeightOptions['particles']>[number];

const group = 'Options for tables of weights:';

/** Options of `apply` that only tables of weights know. */
export function addWeightOptions(command: Command): void {
  const repeated = (text: string, before: readonly string[] = []): string[] => [...before, text];
  const add = (
    flags: string,
    description: string,
    parse?: ((text: string, before: never) => unknown) | readonly string[],
  ): void => {
    const option = command.createOption(flags, description).helpGroup(group);
    if (Array.isArray(parse)) option.choices(parse as readonly string[]);
    command.addOption(
      typeof parse === 'function' ? option.argParser(parse as (text: string, before: unknown) => unknown) : option,
    );
  };
  add(
    '--particle <settings>',
    'prefix=K_,reco=K,truth=K,table=FILE,threshold=VARIABLE:CUT; may be repeated',
    particles,
  );
  add('--table <file>', 'further tables; may be repeated', repeated);
  add('--not-identified <file>', 'weights of candidates that fail the cut; may be repeated', repeated);
  add('--failing', 'weigh candidates that fail the cut by (1 − ε data)/(1 − ε simulation)');
  add('--threshold <particle=variable,cut>', 'which cut was made: K=kaonID,0.6; may be repeated', thresholds);
  add('--pdg <reco,truth>', 'what tables are about that do not say it: e,pi', list);
  add(
    '--alias <name=column>',
    'column of the tables = column or expression of the events; may be repeated',
    assignments,
  );
  add('--variations <n>', 'so many varied weights', positiveInteger);
  add('--correlation <how>', 'systematic sources move all bins together (full) or each alone (none)', ['full', 'none']);
  add('--covariance <file>', 'covariance of the bins, .npy or .csv, in place of the errors in the tables');
  add('--errors <which>', 'signed: up and down as they are; largest: the larger for both', ['signed', 'largest']);
  add('--fill <weight>', 'weight of candidates without one (default: NaN)', number);
  add('--out-of-range <weight>', 'weight of candidates outside the bins', number);
  add('--weight-name <name>', 'name of the columns (default: Weight)');
  add('--sources', 'up and down of every source as well');
}

/** Which of the options above were given, as they are written: `--out-of-range`. */
export const weightOptionsGiven = (options: Readonly<Record<string, unknown>>): string[] =>
  KEYS.filter((key) => options[key] !== undefined).map(
    (key) => `--${key.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`,
  );

const KEYS = [
  'particle',
  'table',
  'notIdentified',
  'failing',
  'threshold',
  'pdg',
  'alias',
  'variations',
  'correlation',
  'covariance',
  'errors',
  'fill',
  'outOfRange',
  'weightName',
  'sources',
] as const;

/** The options as the library takes them; paths are made absolute. */
export function weightOptions(options: Readonly<Record<string, unknown>>, seed: number | undefined): WeightOptions {
  const files = (key: string): string[] => ((options[key] as string[] | undefined) ?? []).map((f) => path.resolve(f));
  const covariance = options['covariance'] as string | undefined;
  // One particle for both: an efficiency.
  const pdg = options['pdg'] as string[] | undefined;
  const copied = Object.fromEntries(
    (['alias', 'variations', 'correlation', 'errors', 'fill', 'outOfRange', 'weightName'] as const).flatMap((key) =>
      options[key] === undefined ? [] : [[key, options[key]]],
    ),
  ) as Partial<WeightOptions>;
  return {
    ...copied,
    ...(pdg === undefined ? {} : { pdg: [pdg[0], pdg[1] ?? pdg[0]] as [string, string] }),
    tables: files('table'),
    notIdentified: files('notIdentified'),
    failing: options['failing'] === true,
    sources: options['sources'] === true,
    particles: (options['particle'] as ParticleSpec[] | undefined) ?? [],
    thresholds: (options['threshold'] as Record<string, Threshold> | undefined) ?? {},
    ...(covariance === undefined ? {} : { covariance: path.resolve(covariance) }),
    ...(seed === undefined ? {} : { seed }),
  };
}

/** `prefix=K_,reco=K` */
function particles(text: string, before: readonly ParticleSpec[] = []): ParticleSpec[] {
  const spec: Record<string, unknown> = {};
  for (const part of text.split(',').map((p) => p.trim())) {
    const [, key, value] = /^(\w+)=(.*)$/.exec(part) ?? [];
    if (key === 'prefix' || key === 'reco' || key === 'truth') spec[key] = value;
    else if (key === 'table')
      spec['tables'] = [...((spec['tables'] as string[] | undefined) ?? []), path.resolve(value)];
    else if (key === 'threshold') spec['threshold'] = cut(value.replace(':', ','));
    else if (key === 'alias' && value.includes(':')) {
      const at = value.indexOf(':');
      spec['alias'] = { ...(spec['alias'] as object | undefined), [value.slice(0, at)]: value.slice(at + 1) };
    } else
      throw new InvalidArgumentError(
        'expected prefix=…, reco=…, truth=…, table=FILE, threshold=VARIABLE:CUT, alias=NAME:COLUMN',
      );
  }
  return [...before, spec as ParticleSpec];
}

/** `K=kaonID,0.6` */
function thresholds(text: string, before: Readonly<Record<string, Threshold>> = {}): Record<string, Threshold> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('expected PARTICLE=VARIABLE,THRESHOLD');
  return { ...before, [text.slice(0, at).trim()]: cut(text.slice(at + 1)) };
}

function cut(text: string): Threshold {
  const at = text.lastIndexOf(',');
  if (at < 1) throw new InvalidArgumentError('expected VARIABLE,THRESHOLD');
  return { variable: text.slice(0, at).trim(), threshold: number(text.slice(at + 1)) };
}
