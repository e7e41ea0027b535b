import { InvalidArgumentError, type Command } from 'commander';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { userError } from '../base/error.js';
import type { SysvarStudy } from '../formats/tables/sysvar-study.js';
import type { BinningSpec } from '../studies/values.js';
import { assignments, list } from './options.js';
import { collect } from './pid-probe-options.js';

type Raw = Readonly<Record<string, unknown>>;

const group = 'Several channels and templates at once, as SysVar has them:';

/** Options of a study of several channels: SysVar's file, or what stands in it. */
export function addSysvarOptions(command: Command): Command {
  const add = (flags: string, description: string, parse?: (text: string, before: never) => unknown): void => {
    const option = command.createOption(flags, description).helpGroup(group);
    command.addOption(parse ? option.argParser(parse as (text: string, before: unknown) => unknown) : option);
  };
  add('--sysvar <file>', 'the YAML of a SysVar study: channels, templates, bins, weights');
  add('--systematic <name>', 'one of its systematics');
  add('--channel-column <name>', 'column that tells channels apart');
  add('--channel <name=ids>', 'a channel and its values of the column; may be repeated', channel);
  add('--template-column <name>', 'column that tells templates apart');
  add('--template <id>', 'a template: its value of the column; may be repeated', collect);
  add('--total-weight <column>', 'the whole weight of an event, which holds --weight (default: --weight)');
  add('--write-sysvar <file>', 'write the YAML of these channels, templates, bins and weights for SysVar');
  return command;
}

function channel(text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const given = assignments(text, before);
  if (Object.values(given).some((ids) => list(ids).length === 0)) throw new InvalidArgumentError('expected NAME=ID,ID');
  return given;
}

/** The study that the options name or describe; undefined where they speak of no channels. */
export async function sysvarStudyOf(raw: Raw): Promise<SysvarStudy | undefined> {
  const { fromSysvarStudyYaml, toSysvarStudyYaml } = await import('../formats/tables/sysvar-study.js');
  const text = (key: string): string | undefined => raw[key] as string | undefined;
  const file = text('sysvar');
  if (file !== undefined) {
    const content = await readFile(path.resolve(file), 'utf8').catch((error: Error) => {
      const got = error.message;
      throw userError({ code: 'file.unreadable', message: `cannot read "${file}"`, path: '--sysvar', got });
    });
    return fromSysvarStudyYaml(content, file);
  }
  const column = text('channelColumn');
  const out = text('writeSysvar');
  if (column === undefined && out === undefined) return undefined;
  const channels = Object.entries((raw['channel'] ?? {}) as Record<string, string>);
  const bins = raw['bins'] as BinningSpec | undefined;
  const need = <T>(value: T | undefined, option: string): T => {
    if (value !== undefined) return value;
    throw userError({
      code: 'templates.missing',
      message: `--${option} is missing`,
      expected: '--channel-column, --channel, --template-column, --template, --variable, --bins EDGES',
    });
  };
  const weight = text('weight') ?? 'Weight';
  const at = weight.lastIndexOf('_');
  const edges = edgesOf(bins);
  const study: SysvarStudy = {
    output_filepath: `${text('name') ?? weight}.root`,
    reco_channel_id_column: need(column, 'channel-column'),
    reco_channels: Object.fromEntries(
      need(channels.length ? channels : undefined, 'channel').map(([name, ids]) => [name, list(ids).map(id)]),
    ),
    template_id_column: need(text('templateColumn'), 'template-column'),
    templates: need(raw['template'] as string[] | undefined, 'template').map(id),
    total_weight: text('totalWeight') ?? weight,
    MC_prod: text('name') ?? weight,
    Nvar: 500,
    bins: Object.fromEntries(
      channels.map(([name]) => [name, { [need(text('variable'), 'variable')]: need(edges, 'bins') }]),
    ),
    systematics: {
      [text('name') ?? weight]: {
        weight: weight.slice(at + 1),
        prefices: at > 0 ? [weight.slice(0, at)] : null,
        reco_channels: { include: null, exclude: null },
        templates: null,
      },
    },
  };
  const yaml = toSysvarStudyYaml(study);
  if (out !== undefined) await writeFile(path.resolve(out), yaml);
  // What is written can be read.
  return fromSysvarStudyYaml(yaml, out);
}

const id = (text: string): string | number => (/^-?\d+$/.test(text) ? Number(text) : text);

function edgesOf(bins: BinningSpec | undefined): number[] | undefined {
  if (!bins || 'quantiles' in bins) return undefined;
  if ('edges' in bins) return [...bins.edges];
  if (bins.log) return undefined;
  const { from, to, bins: n } = bins;
  return Array.from({ length: n + 1 }, (_, i) => (i === n ? to : from + ((to - from) * i) / n));
}
