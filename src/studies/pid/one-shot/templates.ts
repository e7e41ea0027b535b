import { userError } from '../../../base/error.js';
import { emptyFile } from '../../../events/file-error.js';
import type { EventTable } from '../../../events/store.js';
import { withTemporaryStore } from '../../../events/temporary-store.js';
import { pyhfModifiers, pyhfSample, type PyhfSample } from '../../../formats/pyhf-modifiers.js';
import { binFinder } from '../../../hist/axis.js';
import { eigenTemplates } from '../../../hist/eigen-templates.js';
import { axisOf } from '../../axis-of.js';
import type { BinningSpec } from '../../values.js';
import { openFiles, type FileOptions } from './open-files.js';
import { variedContents } from './varied-contents.js';

export interface TemplatesOptions extends FileOptions {
  readonly files: readonly string[];
  readonly tree?: string | undefined;
  /** The fit variable: a column or an expression. */
  readonly variable: string;
  /** Its bins, found from the values unless told; values outside are left out and counted. */
  readonly bins?: BinningSpec | undefined;
  /** Column of the weights; its variations are `<weight>_0`, `<weight>_1`, …. */
  readonly weight: string;
  /** What every weight is multiplied with: luminosity, generator weights. */
  readonly eventWeight?: string | undefined;
  readonly select?: string | undefined;
  /** At most so many templates, and as few as have this share of the variance. */
  readonly keep?: number | undefined;
  readonly share?: number | undefined;
  /** Of the sample and, with a number, of its modifiers. */
  readonly name: string;
  readonly form?: 'shape' | 'split' | undefined;
}

export type Templates = {
  readonly name: string;
  readonly variable: string;
  readonly edges: readonly number[];
  readonly variations: number;
  /** Contents, and σ of each bin from the variations. */
  readonly nominal: readonly number[];
  readonly sigma: readonly number[];
  /** What +1σ of each nuisance adds. */
  readonly templates: readonly (readonly number[])[];
  readonly eigenvalues: readonly number[];
  /** Share of the variance that the templates have. */
  readonly kept: number;
  /** For a pyhf workspace: contents and their modifiers. */
  readonly sample: PyhfSample;
  readonly outside: number;
  readonly withoutWeight: number;
};

/**
 * A histogram of events with varied weights, its variations as a few independent templates, and these as pyhf modifiers.
 *
 * @throws userError `templates.weight` where the file has no such weights or variations; `expression.*`
 * @example await templates({ files: ['weighted.parquet'], variable: 'mass', bins: { from: 5, to: 5.5, bins: 20 }, weight: 'Weight', name: 'kaonID' })
 */
export async function templates(options: TemplatesOptions): Promise<Templates> {
  const { files, variable, weight, eventWeight, warn = () => {} } = options;
  return withTemporaryStore(options.jobs, async (store) => {
    const table = await openFiles(store, { ...options, weight: undefined }, options, 'FILE');
    const names = variationsOf(table, weight);
    const { x } = await table.read({ x: variable }, { path: '--variable' });
    if (x.length === 0) throw emptyFile(files[0]);
    const axis = axisOf(variable, options.bins, x, {});
    const bins = axis.edges.length - 1;
    const find = binFinder(axis);
    const place = Int32Array.from(x, (v) => {
      const bin = find(v);
      return Number.isNaN(v) || bin < 1 || bin > bins ? -1 : bin - 1;
    });
    const lost = Uint8Array.from(place, (p) => (p < 0 ? 1 : 0));
    const scale = eventWeight === undefined ? '' : ` * (${eventWeight})`;
    const weights = names.map((name) => `\`${name}\`${scale}`);
    const { contents, withoutWeight } = await variedContents(table, place, bins, weights);
    const outside = lost.reduce((n, v) => n + v, 0);
    if (outside > 0) warn(`values of ${variable} outside the bins or not a number are left out`, outside);
    if (withoutWeight > 0) warn(`rows without a finite ${weight} are left out`, withoutWeight);
    const [nominal, ...varied] = contents;
    const { templates: kept, eigenvalues, kept: share, covariance } = eigenTemplates(nominal, varied, options);
    const modifiers = pyhfModifiers(options.name, nominal, kept, { form: options.form });
    return {
      name: options.name,
      variable,
      edges: [...axis.edges],
      variations: varied.length,
      nominal: [...nominal],
      sigma: covariance.map((r, j) => Math.sqrt(Math.max(0, r[j]))),
      templates: kept.map((t) => [...t]),
      eigenvalues: [...eigenvalues.subarray(0, Math.min(bins, varied.length))],
      kept: share,
      sample: pyhfSample(options.name, nominal, modifiers),
      outside,
      withoutWeight,
    };
  });
}

/** The weight's column, then those of its variations in order. */
function variationsOf(table: EventTable, weight: string): string[] {
  const all = new Set(table.columns.map((c) => c.name));
  const names = [weight];
  for (let i = 0; all.has(`${weight}_${i}`); i++) names.push(`${weight}_${i}`);
  if (all.has(weight) && names.length > 1) return names;
  const weights = [...all].filter((n) => all.has(`${n}_0`));
  throw userError({
    code: 'templates.weight',
    message: all.has(weight) ? `"${weight}" has no variations` : `the events have no column "${weight}"`,
    path: '--weight',
    expected: `columns ${weight}, ${weight}_0, ${weight}_1, …`,
    hint: weights.length > 0 ? `there are ${weights.join(', ')}` : 'datamc apply TABLE IN OUT --variations 100',
  });
}
