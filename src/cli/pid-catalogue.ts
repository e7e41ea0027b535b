import { InvalidArgumentError, Option, type Command } from 'commander';
import path from 'node:path';
import type { Json } from '../base/json.js';
import { userError } from '../base/error.js';
import { action } from './action.js';
import { grouped } from './io.js';
import { list } from './options.js';

const more = (text: string, before: readonly string[] = []): string[] => [...before, text];

const catalogueOption = () =>
  new Option('--catalogue <file>', 'the catalogue (default: catalogue.yaml here or in a folder above)');

export function register(group: Command): void {
  group
    .command('catalogue')
    .description('index of tuples by collection, mode, period and variables: enter files, ask for them')
    .addOption(catalogueOption())
    .option('--add <files...>', 'enter these files')
    .option(
      '--scan <dir>',
      'enter the event files below a folder; folders such as collection=proc13 and mode=Dst say what they are',
      more,
    )
    .option('--collection <name>', 'data period or simulation campaign of the entered files', word)
    .option('--mode <name>', 'mode of the entered files, or asked for', word)
    .option('--period <name>', 'period of the entered files, or asked for', word)
    .addOption(
      new Option(
        '--kind <kind>',
        'what the entered files are (default: simulation for names that begin with MC)',
      ).choices(['data', 'simulation']),
    )
    .option('--tree <name>', 'tree of the entered ROOT files')
    .option('--query <collections>', 'files of collections: proc13+prompt, MC15rd_proc13+prompt')
    .option('--variables <names>', 'only files that have these columns', list)
    .option('--prune', 'forget files that are gone')
    .action(
      action(async ({ options, globals, io }) => {
        const { pidCatalogue } = await import('../studies/pid/catalogue/update.js');
        const { findCatalogue } = await import('../studies/pid/catalogue/resolve.js');
        const text = (name: string): string | undefined => options[name] as string | undefined;
        const file = text('catalogue') ?? (await findCatalogue(process.cwd())) ?? 'catalogue.yaml';
        const answer = await pidCatalogue(file, {
          add: options['add'] as string[] | undefined,
          scan: options['scan'] as string[] | undefined,
          collection: text('collection'),
          mode: text('mode'),
          period: text('period'),
          kind: text('kind') as 'data' | 'simulation' | undefined,
          tree: text('tree'),
          query: text('query'),
          columns: options['variables'] as string[] | undefined,
          prune: options['prune'] === true,
          jobs: globals.jobsGiven ? globals.jobs : undefined,
          progress: (done, total) => io.progress(done, total, 'files'),
        });
        if (answer.changed.length)
          io.warn('files have changed since they were indexed: enter them again', answer.changed.length);
        for (const gone of answer.removed) io.note(`forgotten: ${gone}`);
        if (answer.added.length) io.print(`${answer.added.length} entered into ${shown(answer.catalogue)}`);
        const rows = answer.entries.map((e) => [
          e.collection,
          e.mode,
          e.period ?? '',
          plural(e.rows, 'row'),
          shown(e.file),
        ]);
        io.print(table(rows));
        io.result(answer as unknown as Json);
      }),
    );
  group
    .command('collections')
    .description('the collections of a catalogue: modes, files, rows')
    .addOption(catalogueOption())
    .action(
      action(async ({ options, io }) => {
        const { pidCollections } = await import('../studies/pid/catalogue/update.js');
        const { findCatalogue } = await import('../studies/pid/catalogue/resolve.js');
        const file = (options['catalogue'] as string | undefined) ?? (await findCatalogue(process.cwd()));
        if (file === undefined) {
          const hint = 'datamc pid catalogue --add FILE… --collection NAME --mode MODE begins one';
          throw userError({
            code: 'catalogue.none',
            message: 'there is no catalogue.yaml here or above',
            path: '--catalogue',
            hint,
          });
        }
        const answer = await pidCollections(file);
        const rows = answer.collections.flatMap((c) =>
          c.modes.map((m, i) => [
            i ? '' : c.name,
            i ? '' : c.kind,
            m.mode,
            plural(m.files, 'file'),
            plural(m.rows, 'row'),
          ]),
        );
        const unions = Object.entries(answer.unions).map(([name, parts]) => [name, '=', parts.join(' + '), '', '']);
        io.print(table([...rows, ...unions]));
        io.result(answer as unknown as Json);
      }),
    );
}

function word(text: string): string {
  if (!/^[\w.-]+$/.test(text)) throw new InvalidArgumentError('expected letters, digits, dots, underscores and dashes');
  return text;
}

const plural = (n: number, word: string): string => `${grouped(n)} ${word}${n === 1 ? '' : 's'}`;

const shown = (file: string): string => path.relative(process.cwd(), file) || file;

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((r) => r[i].length)));
  return rows
    .map((r) =>
      r
        .map((cell, i) => cell.padEnd(widths[i]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
