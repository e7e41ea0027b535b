import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { userError } from '../../base/error.js';
import { didYouMean } from '../../base/near.js';

const id = z.union([z.number(), z.string()]);
const edges = z
  .array(z.number())
  .min(2)
  .refine((list) => list.every((edge, i) => i === 0 || edge > list[i - 1]), 'edges must increase');
const names = z.union([z.string().transform((name) => [name]), z.array(z.string())]);

const studySchema = z.looseObject({
  /** ROOT file that SysVar writes. */
  output_filepath: z.string(),
  /** Column that says which channel an event is in, and its values for each channel. */
  reco_channel_id_column: z.string(),
  reco_channels: z.record(z.string(), z.array(id).min(1)),
  template_id_column: z.string(),
  templates: z.array(id).min(1),
  total_weight: z.string(),
  /** Folder of SysVar's corrections: `MC15rd`. */
  MC_prod: z.string(),
  Nvar: z.int().min(1),
  /** By channel and fit variable. */
  bins: z.record(z.string(), z.record(z.string(), edges)),
  systematics: z.record(
    z.string(),
    z.looseObject({
      /** Column of the weight, after `PREFIX_`. */
      weight: z.string(),
      prefices: names.nullable(),
      reco_channels: z.looseObject({ include: names.nullish(), exclude: names.nullish() }),
      templates: z.array(id).nullish(),
    }),
  ),
});

/** SysVar's configuration of an analysis: channels, templates, bins, and which weights are varied where. */
export type SysvarStudy = z.output<typeof studySchema>;

/** The configuration as SysVar reads it. */
export const toSysvarStudyYaml = (study: SysvarStudy): string => stringify(study, { lineWidth: 0 });

/**
 * Reads SysVar's configuration of an analysis.
 *
 * @throws userError `sysvar.study` naming the key: one that is absent or wrong, a channel without bins, an unknown channel or template
 * @example fromSysvarStudyYaml(await readFile('study_setup.yaml', 'utf8')).reco_channels
 */
export function fromSysvarStudyYaml(text: string, path?: string): SysvarStudy {
  const wrong = (message: string, at: string, more: { expected?: string; hint?: string | undefined } = {}) =>
    userError({ code: 'sysvar.study', message, path: [path, at].filter(Boolean).join(': '), ...more });
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    throw wrong(`not a YAML file: ${(error as Error).message.split('\n')[0]}`, '', { hint: 'indent with blanks' });
  }
  const parsed = studySchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw wrong(`not the configuration of a SysVar study: ${issue.message}`, issue.path.join('.'), {
      expected:
        'reco_channel_id_column, reco_channels, template_id_column, templates, total_weight, bins, systematics, …',
      hint: 'datamc pid templates --write-sysvar FILE writes one',
    });
  }
  const study = parsed.data;
  const channels = Object.keys(study.reco_channels);
  const known = (list: readonly (string | number)[], all: readonly (string | number)[], what: string, at: string) => {
    const unknown = list.find((name) => !all.includes(name));
    if (unknown === undefined) return;
    const hint = didYouMean(String(unknown), all.map(String));
    throw wrong(`there is no ${what} "${unknown}"`, at, { expected: all.join(', '), hint });
  };
  const bare = channels.find((name) => Object.keys(study.bins[name] ?? {}).length === 0);
  if (bare !== undefined) throw wrong(`the channel "${bare}" has no bins`, `bins.${bare}`);
  known(Object.keys(study.bins), channels, 'channel', 'bins');
  for (const [name, { reco_channels: own, templates }] of Object.entries(study.systematics)) {
    for (const side of ['include', 'exclude'] as const)
      known(own[side] ?? [], channels, 'channel', `systematics.${name}.reco_channels.${side}`);
    known(templates ?? [], study.templates, 'template', `systematics.${name}.templates`);
  }
  return study;
}

/** Channels and templates in which a systematic varies. */
export function sysvarParts(study: SysvarStudy, systematic: string) {
  const { reco_channels: own, templates } = study.systematics[systematic];
  const include = own.include ?? Object.keys(study.reco_channels);
  return {
    channels: Object.keys(study.reco_channels).filter((c) => include.includes(c) && !own.exclude?.includes(c)),
    templates: templates ?? study.templates,
  };
}
