import { userError } from '../../../base/error.js';
import { didYouMean } from '../../../base/near.js';
import { emptyFile } from '../../../events/file-error.js';
import type { EventTable } from '../../../events/store.js';
import { withTemporaryStore } from '../../../events/temporary-store.js';
import { pyhfModifiers, pyhfSample, type PyhfSample } from '../../../formats/pyhf-modifiers.js';
import { sysvarParts, type SysvarStudy } from '../../../formats/tables/sysvar-study.js';
import { eigenTemplates } from '../../../hist/eigen-templates.js';
import { openFiles, type FileOptions, type FileSample } from './open-files.js';
import { variedContents } from './varied-contents.js';

export interface SysvarTemplatesOptions extends FileSample, FileOptions {
  readonly study: SysvarStudy;
  /** One of the study's systematics; may be left out where there is one alone. */
  readonly systematic?: string | undefined;
  /** At most so many shifts, and as few as have this share of the variance. */
  readonly keep?: number | undefined;
  readonly share?: number | undefined;
  readonly form?: 'shape' | 'split' | undefined;
}

export type SysvarTemplates = {
  readonly systematic: string;
  readonly variations: number;
  /** As they stand in a pyhf workspace: a template is a sample of its channel. Several fit variables make one list of bins, the last fastest. */
  readonly channels: readonly {
    readonly name: string;
    readonly edges: Readonly<Record<string, readonly number[]>>;
    readonly samples: readonly PyhfSample[];
  }[];
  readonly eigenvalues: readonly number[];
  readonly kept: number;
  /** Rows of the channels and templates outside their bins, and rows without a weight. */
  readonly outside: number;
  readonly withoutWeight: number;
};

interface Part {
  readonly channel: string;
  readonly template: string | number;
  /** Place of its first bin. */
  readonly first: number;
}

/**
 * The shifts that varied weights mean for every template of every channel of a SysVar study, as pyhf modifiers: one covariance
 * over all of their bins, so that a nuisance moves them together.
 *
 * Weights are `PREFIX_weight`, their variations `PREFIX_weight_0`, … (or SysVar's own `PREFIX_weight_var_0`, …); of several prefixes
 * the product. `total_weight` holds the nominal ones.
 *
 * @throws userError `templates.systematic`, `templates.weight`; `events.*`
 * @example await sysvarTemplates({ files: ['weighted.parquet'], study: fromSysvarStudyYaml(text), systematic: 'kID' })
 */
export async function sysvarTemplates(options: SysvarTemplatesOptions): Promise<SysvarTemplates> {
  const { study, files, warn } = options;
  const systematic = chosen(study, options.systematic);
  const { channels, templates } = sysvarParts(study, systematic);
  return withTemporaryStore(options.jobs, async (store) => {
    const table = await openFiles(store, options, options, 'FILE');
    const sizes = channels.map((c) => cellsOf(Object.values(study.bins[c])));
    const parts: Part[] = [];
    let cells = 0;
    channels.forEach((channel, c) =>
      templates.forEach((template) => {
        parts.push({ channel, template, first: cells });
        cells += sizes[c];
      }),
    );
    const { place, outside } = await placesOf(table, study, channels, templates, parts);
    if (place.length === 0) throw emptyFile(files[0]);
    if (outside) warn?.('rows outside the bins of their channel are left out', outside);
    const weights = variedWeights(table, study, systematic, warn);
    const { contents, withoutWeight } = await variedContents(table, place, cells, weights);
    if (withoutWeight) warn?.(`rows without a finite ${study.total_weight} are left out`, withoutWeight);
    const [nominal, ...varied] = contents;
    const found = eigenTemplates(nominal, varied, options);
    const made = channels.map((name, c) => ({
      name,
      edges: study.bins[name],
      samples: parts
        .filter((p) => p.channel === name)
        .map(({ template, first }) => {
          const cut = (h: Float64Array): Float64Array => h.subarray(first, first + sizes[c]);
          const modifiers = pyhfModifiers(systematic, cut(nominal), found.templates.map(cut), { form: options.form });
          return pyhfSample(String(template), cut(nominal), modifiers);
        }),
    }));
    return {
      systematic,
      variations: varied.length,
      channels: made,
      eigenvalues: [...found.eigenvalues.subarray(0, Math.min(cells, varied.length))],
      kept: found.kept,
      outside,
      withoutWeight,
    };
  });
}

const cellsOf = (axes: readonly (readonly number[])[]): number => axes.reduce((n, edges) => n * (edges.length - 1), 1);

function chosen({ systematics }: SysvarStudy, told: string | undefined): string {
  const names = Object.keys(systematics);
  if (told !== undefined && names.includes(told)) return told;
  if (told === undefined && names.length === 1) return names[0];
  throw userError({
    code: 'templates.systematic',
    message: told === undefined ? `the study has ${names.length} systematics` : `the study has no systematic "${told}"`,
    path: '--systematic',
    expected: names.join(', '),
    hint: told === undefined ? 'name one' : didYouMean(told, names),
  });
}

/** Which of the values a column has, counted from 1; 0: none. */
const indexOf = (column: string, values: readonly (readonly (string | number)[])[]): string =>
  values.reduceRight<string>((otherwise, own, i) => {
    const test = own.map((v) => `\`${column}\` == ${typeof v === 'number' ? v : `"${v}"`}`).join(' or ');
    return `(${test}) ? ${i + 1} : (${otherwise})`;
  }, '0');

async function placesOf(
  table: EventTable,
  study: SysvarStudy,
  channels: readonly string[],
  templates: readonly (string | number)[],
  parts: readonly Part[],
) {
  const variables = [...new Set(channels.flatMap((c) => Object.keys(study.bins[c])))];
  const place: Int32Array[] = [];
  let outside = 0;
  const asked = {
    c: indexOf(
      study.reco_channel_id_column,
      channels.map((c) => study.reco_channels[c]),
    ),
    t: indexOf(
      study.template_id_column,
      templates.map((t) => [t]),
    ),
    ...Object.fromEntries(variables.map((v, i) => [`x${i}`, v])),
  };
  const axes = channels.map((c) =>
    Object.entries(study.bins[c]).map(([v, edges]) => ({ key: `x${variables.indexOf(v)}`, edges })),
  );
  for await (const block of table.scan(asked, { path: '--sysvar', lenient: true })) {
    place.push(
      Int32Array.from(block['c'], (c, e) => {
        const t = block['t'][e];
        if (!(c > 0 && t > 0)) return -1;
        let cell = 0;
        for (const { key, edges } of axes[c - 1]) {
          const bin = binOf(edges, block[key][e]);
          if (bin < 0) {
            outside++;
            return -1;
          }
          cell = cell * (edges.length - 1) + bin;
        }
        return parts[(c - 1) * templates.length + t - 1].first + cell;
      }),
    );
  }
  const all = new Int32Array(place.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const some of place) {
    all.set(some, at);
    at += some.length;
  }
  return { place: all, outside };
}

/** Bins as numpy has them: closed on the left, the last one on both sides. */
function binOf(edges: readonly number[], x: number): number {
  const last = edges.length - 1;
  if (x === edges[last]) return last - 1;
  for (let i = 0; i < last; i++) if (x >= edges[i] && x < edges[i + 1]) return i;
  return -1;
}

/** The nominal weight of an event, then its variations. */
function variedWeights(
  table: EventTable,
  study: SysvarStudy,
  systematic: string,
  warn: FileOptions['warn'],
): readonly string[] {
  const { weight, prefices } = study.systematics[systematic];
  const nominal = prefices === null ? [weight] : prefices.map((p) => (p === '' ? weight : `${p}_${weight}`));
  const all = new Set(table.columns.map((c) => c.name));
  const varied = nominal.map((name) => {
    const form = ['_var_', '_'].find((joint) => all.has(`${name}${joint}0`));
    if (form !== undefined && all.has(name)) return (i: number) => `${name}${form}${i}`;
    throw userError({
      code: 'templates.weight',
      message: all.has(name) ? `"${name}" has no variations` : `the events have no column "${name}"`,
      path: `systematics.${systematic}`,
      expected: `columns ${name}, ${name}_0 (or ${name}_var_0), …`,
      hint: 'datamc apply TABLE IN OUT --variations 100',
    });
  });
  let count = 0;
  while (count < study.Nvar && varied.every((of) => all.has(of(count)))) count++;
  if (count < study.Nvar) warn?.(`the events have ${count} variations, the study says ${study.Nvar}`);
  const total = `\`${study.total_weight}\``;
  const factors = (i: number): string => nominal.map((n, p) => ` / \`${n}\` * \`${varied[p](i)}\``).join('');
  return [total, ...Array.from({ length: count }, (_, i) => `${total}${factors(i)}`)];
}
