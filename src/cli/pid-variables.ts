import type { Command } from 'commander';
import type { Json } from '../base/json.js';
import type { VariableList } from '../studies/pid/one-shot/list-variables.js';
import { action } from './action.js';
import { ownOption, type OwnGiven } from './own-option.js';

export function register(group: Command): void {
  group
    .command('variables')
    .description('what may stand in a string about some files: columns, tracks, functions, own variables')
    .argument('<files...>', 'ROOT, Parquet, CSV, HDF5, NPY or NPZ files')
    .option('--mode <name>', 'a file of modes, or a shipped mode (Dst, Lambda0, KS, …): its tracks and derived columns')
    .addOption(ownOption())
    .option('--ranges', 'read every value and say smallest and largest')
    .option('--tree <name>', 'tree of a ROOT file')
    .action(
      action(async ({ args, options, globals, io }) => {
        const { pidVariables } = await import('../studies/pid/one-shot/list-variables.js');
        const list = await pidVariables(args[0] as string[], {
          mode: options['mode'] as string | undefined,
          with: options['with'] as OwnGiven | undefined,
          ranges: options['ranges'] === true,
          tree: options['tree'] as string | undefined,
          jobs: globals.jobsGiven ? globals.jobs : undefined,
        });
        io.print(text(list));
        io.result(list as unknown as Json);
      }),
    );
}

function text({ columns, tracks, detectors, functions, own }: VariableList): string {
  const width = (words: readonly string[]): number => Math.min(44, Math.max(...words.map((w) => w.length)));
  const rows = (pairs: readonly (readonly [string, string])[]): string[] => {
    const w = width(pairs.map(([name]) => name));
    return pairs.map(([name, about]) => `  ${name.padEnd(w)}  ${about}`.trimEnd());
  };
  const range = (c: VariableList['columns'][number]): string =>
    c.min === undefined ? '' : `  ${short(c.min)} … ${short(c.max)}${c.nan ? `, ${c.nan} NaN` : ''}`;
  const lines = [
    'columns',
    ...rows(columns.map((c) => [c.name, `${c.type}${c.unreadable ? `, cannot be read: ${c.unreadable}` : range(c)}`])),
  ];
  for (const { particle, prefix, variables } of tracks) {
    lines.push(
      '',
      `track ${prefix}${particle === undefined ? '' : ` (${particle})`}: in its place`,
      ...wrapped(variables),
    );
  }
  if (detectors.length) lines.push('', 'detectors', ...wrapped(detectors));
  lines.push('', 'functions', ...rows(functions.map((f) => [f.usage, f.about])));
  if (own.length) lines.push('', 'own variables', ...rows(own.map((v) => [v.name, `${v.about}  (${v.origin})`])));
  return lines.join('\n');
}

/** Words in lines of at most a hundred characters. */
function wrapped(words: readonly string[]): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    if (line && line.length + word.length > 97) {
      lines.push(`  ${line}`);
      line = '';
    }
    line = line ? `${line} ${word}` : word;
  }
  return line ? [...lines, `  ${line}`] : lines;
}

const short = (value: number | string | undefined): string =>
  typeof value === 'number' ? String(Number(value.toPrecision(5))) : (value ?? '');
