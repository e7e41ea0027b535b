import type { Command } from 'commander';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { userError } from '../base/error.js';
import type { Json } from '../base/json.js';
import type { Explanation } from '../runs/explain.js';
import { action } from './action.js';

export function register(program: Command): void {
  program
    .command('explain')
    .description('where a file came from: command, inputs and their checksums, versions, seed, chain of tasks')
    .argument('<file>', 'any file that datamc wrote')
    .option('--run <dir>', 'look for it in this run, by its checksum (default: all in runs/)')
    .action(
      action(async ({ args, options, io }) => {
        const { explainFile } = await import('../runs/explain.js');
        const file = args[0] as string;
        const runs = typeof options['run'] === 'string' ? [path.resolve(options['run'])] : await runsHere();
        const found = await explainFile(file, { runs });
        if (!found) {
          const message = `nothing is known about "${file}": it bears no stamp, and no run here wrote it`;
          throw userError({
            code: 'explain.unknown',
            message,
            hint: 'name the run that may have written it: --run DIR',
          });
        }
        io.print(explanationText(found));
        io.result(found as unknown as Json);
      }),
    );
}

async function runsHere(): Promise<string[]> {
  const names = await readdir('runs').catch(() => []);
  return names.sort().map((name) => path.resolve('runs', name));
}

/** An explanation for people. */
export function explanationText(found: Explanation): string {
  const { provenance: from } = found;
  const lines: [string, string][] = [
    ['file', found.file],
    ['sha256', found.sha256],
    ['known by', found.by],
  ];
  const add = (name: string, value: string | undefined): void =>
    void (value !== undefined && lines.push([name, value]));
  add('warning', found.unchanged === false ? 'its bytes are not those that the run wrote' : undefined);
  add('published as', found.place);
  add('run', found.run);
  add('command', found.command);
  add('made', found.made);
  add(
    'software',
    found.versions
      ? Object.entries(found.versions)
          .map(([name, v]) => `${name} ${v}`)
          .join(', ')
      : from?.software,
  );
  if (from) {
    add('study', from.study);
    add('seed', String(from.seed));
    add('quick', from.quick ? 'yes: a small sample, few epochs' : 'no');
    add('task', `${from.task}  ${from.hash}`);
    for (const [name, sum] of Object.entries(from.inputs)) add('input', `${name}  ${sum}`);
    for (const link of from.chain) add('chain', `${link.task}  ${JSON.stringify(link.params)}`);
  }
  return lines.map(([name, value]) => `${name.padEnd(12)}  ${value}`).join('\n');
}
