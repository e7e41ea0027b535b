import { Option, type Command } from 'commander';
import { userError } from '../base/error.js';
import type { FileSample, Probe } from '../studies/pid/one-shot/file-sample.js';
import type { BinningSpec } from '../studies/values.js';
import type { TableBinning } from '../studies/pid/one-shot/read-binning.js';
import type { Closed } from '../hist/cell-counts.js';
import type { RateMethod } from '../hist/rate.js';
import { assignments, number, positiveInteger } from './options.js';
import { ownOption, type OwnGiven } from './own-option.js';
import { parseBins } from './plot-arguments.js';

type Raw = Readonly<Record<string, unknown>>;

/** For options that may be repeated. */
export const collect = (value: string, before: readonly string[] = []): string[] => [...before, value];

/** For repeated numbers. */
export const numbers = (value: string, before: readonly number[] = []): number[] => [...before, number(value)];

/** Options of every command that cuts and bins. */
export function addCutOptions(command: Command): Command {
  return command
    .option('--cut <cut>', 'identification cut, such as "kaonID > 0.6"; repeat for several working points', collect)
    .option('--precut <cut>', 'preselection; repeat for a table each ("" is none)', collect)
    .option('--binning <bins>', '"p=0.5,1,2;cosTheta=-1:1:4;charge=-2,0,2", or a YAML or JSON file of bins')
    .option('--bin-var <name>', 'which variables of the binning file, and in which order; repeat', collect)
    .addOption(closedOption())
    .addOption(
      new Option('--interval <how>', 'statistical errors')
        .choices(['auto', 'binomial', 'wilson', 'bootstrap'])
        .default('auto'),
    )
    .option('--replicas <n>', 'bootstrap replicas where no formula holds', positiveInteger);
}

export const closedOption = (): Option =>
  new Option('--closed <side>', 'edge that belongs to a bin: right (low, high], left [low, high) as in PIDCalib2')
    .choices(['right', 'left'])
    .default('right');

/** Options that say how a sample's candidates are read. */
export function addReadOptions(command: Command): Command {
  return command
    .option('--select <cut>', 'cut on every candidate')
    .option('--define <name=expression>', 'derived column; repeat', assignments)
    .addOption(ownOption())
    .option('--tree <name>', 'tree of ROOT files');
}

/** Options of commands that compare data with simulation. */
export function addSampleOptions(command: Command): Command {
  return addReadOptions(
    command
      .option('--data <files...>', 'candidates of the data')
      .option('--simulation <files...>', 'candidates of the simulation')
      .option('--weight <expression>', 'weight of the data: sWeight_nominal')
      .option('--simulation-weight <expression>', 'weight of the simulation')
      .option('--truth <particle=cut>', 'cut that finds true ones in simulation; repeat', assignments)
      .option('--systematic <name=weight>', 'other weight of the data (or UP,DOWN); repeat', assignments)
      .option('--simulation-systematic <name=weight>', 'other weight of the simulation; repeat', assignments)
      .option('--closure <weight>', 'weight that finds signal in simulation without truth: the source "closure"'),
  );
}

/** `K=D0_K`, or `K` where columns have no prefix. */
export function parseProbe(text: string): Probe {
  const at = text.indexOf('=');
  return at < 0
    ? { particle: text.trim(), prefix: '' }
    : { particle: text.slice(0, at).trim(), prefix: text.slice(at + 1).trim() };
}

export const parseProbes = (text: string, before: readonly Probe[] = []): Probe[] => [...before, parseProbe(text)];

const word = (raw: Raw, key: string): string | undefined => raw[key] as string | undefined;

/** The data or the simulation of a command; undefined where it names no files. */
export function sampleOf(raw: Raw, name: 'data' | 'simulation', entries: number | undefined): FileSample | undefined {
  const files = raw[name] as string[] | undefined;
  if (!files) return undefined;
  const common = {
    files,
    entries,
    tree: word(raw, 'tree'),
    select: word(raw, 'select'),
    define: raw['define'] as Record<string, string> | undefined,
    with: raw['with'] as OwnGiven | undefined,
  };
  return name === 'data'
    ? {
        ...common,
        weight: word(raw, 'weight'),
        systematics: raw['systematic'] as Record<string, string> | undefined,
      }
    : {
        ...common,
        weight: word(raw, 'simulationWeight'),
        systematics: raw['simulationSystematic'] as Record<string, string> | undefined,
        truth: raw['truth'] as Record<string, string> | undefined,
        closure: word(raw, 'closure'),
      };
}

/** Options that `addCutOptions` added, with the bins read. */
export async function cutsOf(raw: Raw, particle: string) {
  for (const key of ['cut', 'precut']) {
    const given = (raw[key] ?? []) as string[];
    const same = given.find((text, i) => given.indexOf(text) !== i);
    if (same !== undefined)
      throw userError({
        code: 'pid.twice',
        message: `"${same}" stands twice`,
        path: `--${key}`,
        hint: 'a table each would be the same: leave one out',
      });
  }
  return {
    cuts: required(raw['cut'] as string[] | undefined, 'cut', '--cut "kaonID > 0.6"'),
    precuts: raw['precut'] as string[] | undefined,
    binning: await binningOf(required(word(raw, 'binning'), 'binning', '--binning "p=0.5,1,2"'), particle, raw),
    closed: raw['closed'] as Closed,
    interval: raw['interval'] as RateMethod,
    replicas: raw['replicas'] as number | undefined,
  };
}

/** Bins of `--binning`: written out, or in a file. */
export async function binningOf(text: string, particle: string, raw: Raw): Promise<TableBinning> {
  if (!text.includes('=')) {
    const { readBinning } = await import('../studies/pid/one-shot/read-binning.js');
    return readBinning(text, particle, raw['binVar'] as string[] | undefined);
  }
  const bad = (got: string, hint?: string): Error =>
    userError({
      code: 'pid.binning',
      message: `--binning cannot be read at "${got}"`,
      path: '--binning',
      expected: 'variable=edges;…, edges rising: p=0.5,1,2;cosTheta=-1:1:4',
      hint,
    });
  const bins: Record<string, BinningSpec> = {};
  for (const part of text.split(';').filter((some) => some.trim() !== '')) {
    const at = part.lastIndexOf('=');
    const name = part.slice(0, at).trim();
    if (at < 1 || name === '') throw bad(part);
    if (Object.hasOwn(bins, name)) throw bad(part.trim(), `"${name}" stands twice`);
    try {
      bins[name] = parseBins(part.slice(at + 1).trim());
    } catch (error) {
      const rising = /^[-+.\deE, ]+$/.test(part.slice(at + 1));
      throw bad(part.trim(), rising ? 'the edges do not increase' : (error as Error).message);
    }
  }
  const { chosenBins } = await import('../studies/pid/one-shot/read-binning.js');
  return chosenBins(bins, raw['binVar'] as string[] | undefined, '--binning');
}

/** The value of an option that must be there. */
export function required<T>(value: T | undefined, name: string, example: string): T {
  if (value !== undefined) return value;
  throw userError({
    code: 'pid.missing',
    message: `--${name} is missing`,
    expected: example,
    hint: 'the command with --help shows examples',
  });
}
