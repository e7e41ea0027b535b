import { InvalidArgumentError } from 'commander';
import { userError } from '../base/error.js';
import { didYouMean } from '../base/near.js';
import type { ExperimentLabel } from '../figures/figure.js';
import type { BinningSpec } from '../studies/values.js';

const expected = 'EDGE,EDGE,…, FROM:TO:BINS, log:FROM:TO:BINS or quantiles:BINS';

/**
 * A binning on the command line: `0,10,50`, `0:100:20`, `log:0.1:100:30`, `quantiles:20`.
 *
 * @example parseBins('0:4:10') // { from: 0, to: 4, bins: 10, log: false }
 */
export function parseBins(text: string): BinningSpec {
  const parts = text.split(':').map((part) => part.trim());
  const numbers = (values: readonly string[]): number[] => {
    const list = values.map((value) => (value === '' ? Number.NaN : Number(value)));
    if (!list.every(Number.isFinite)) throw new InvalidArgumentError(`expected ${expected}`);
    return list;
  };
  const whole = (n: number): boolean => Number.isInteger(n) && n > 0 && n <= 100_000;
  if (/^q(uantiles)?$/.test(parts[0] ?? '') && parts.length === 2) {
    const [quantiles = 0] = numbers(parts.slice(1));
    if (whole(quantiles)) return { quantiles };
  } else if (parts.length >= 3) {
    const log = parts[0] === 'log';
    const [from = 0, to = 0, bins = 0, ...more] = numbers(log ? parts.slice(1) : parts);
    if (whole(bins) && from < to && (!log || from > 0) && !more.length) return { from, to, bins, log };
  } else if (parts.length === 1) {
    const edges = numbers(text.split(',').map((part) => part.trim()));
    if (edges.length > 1 && edges.every((edge, i) => i === 0 || edge > (edges[i - 1] ?? edge))) return { edges };
  }
  throw new InvalidArgumentError(`expected ${expected}`);
}

/** A named group of files. */
export interface NamedFiles {
  readonly name: string;
  readonly files: readonly string[];
}

/**
 * `mc1.root mc2.root` is one sample; `Before=mc.root After=new.root` are two. Files of one name belong together.
 *
 * @example parseSamples(['a.root', 'b.root'], 'Simulation') // [{ name: 'Simulation', files: ['a.root', 'b.root'] }]
 */
export function parseSamples(texts: readonly string[], name: string): NamedFiles[] {
  const groups = new Map<string, string[]>();
  for (const text of texts) {
    const [, label = name, file = text] = /^([^=/\\]+)=(.+)$/s.exec(text) ?? [];
    groups.set(label, [...(groups.get(label) ?? []), file]);
  }
  return [...groups].map(([label, files]) => ({ name: label, files }));
}

const labelKeys = ['experiment', 'status', 'collisions', 'energy', 'luminosity'] as const;

/** `{ experiment: 'LHCb', energy: '13 TeV' }` of repeated `--label KEY=VALUE`. */
export function parseLabels(given: Readonly<Record<string, string>> | undefined): ExperimentLabel | undefined {
  if (!given) return undefined;
  for (const key of Object.keys(given)) {
    if ((labelKeys as readonly string[]).includes(key)) continue;
    throw userError({
      code: 'plot.label',
      message: `unknown part "${key}" of --label`,
      expected: labelKeys.join(', '),
      hint: didYouMean(key, labelKeys) ?? 'write --label experiment=LHCb --label status=Preliminary',
    });
  }
  return given;
}
