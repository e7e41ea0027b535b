import type { Command } from 'commander';
import { rename, stat } from 'node:fs/promises';
import path from 'node:path';
import { userError } from '../base/error.js';
import { sha256File } from '../base/hash.js';
import { exists, filesBelow, remove } from '../runs/files.js';
import { action, type Invocation } from './action.js';
import { quickOption } from './globals.js';

export function register(program: Command): void {
  program
    .command('demo')
    .description('a study on realistic generated events with known truth (default: all studies, quick)')
    .addOption(quickOption('a small sample, few epochs'))
    .argument('[study]', 'which study')
    .option('--write <dir>', 'write the study file and its samples, to edit; nothing runs')
    .option('--no-wait', 'fail if another run writes into the directory, instead of waiting for it')
    .action(action(demo));
}

async function demo(invocation: Invocation): Promise<void> {
  const { args, options, globals, io } = invocation;
  const { findStudy, studyNames } = await import('../studies/registry.js');
  const name = args[0] as string | undefined;
  const names = name === undefined ? studyNames : [name];
  const quick = globals.quick || name === undefined;
  const results: Record<string, unknown> = {};
  for (const each of names) {
    const { demo: found, name: study } = await findStudy(each, process.cwd());
    if (!found)
      throw userError({
        code: 'demo.none',
        message: `the study "${each}" has no demo`,
        hint: 'datamc demo correction has one',
      });
    const write = (dir: string): Promise<string> =>
      found.write(dir, { quick, ...(globals.seed === undefined ? {} : { seed: globals.seed }) });
    if (typeof options['write'] === 'string') {
      const file = await write(path.resolve(options['write'], name === undefined ? study : '.'));
      results[study] = { file };
      io.print(`${found.title}: ${path.relative(process.cwd(), file) || file}`);
      io.print(`edit it, then: datamc run ${path.relative(process.cwd(), file) || file}`);
      continue;
    }
    io.note(`demo  ${study}: ${found.title}`);
    const base = globals.out === undefined ? path.join('runs', `demo-${study}`) : globals.out;
    const out = path.resolve(name === undefined && globals.out !== undefined ? path.join(base, study) : base);
    const file = await freshInput(path.join(out, quick ? 'input-quick' : 'input'), write);
    const { runStudyFile } = await import('./run-study.js');
    const result = (value: unknown): unknown => (results[study] = value);
    const quiet = { ...io, print: io.print, result: name === undefined ? result : io.result };
    await runStudyFile(file, { ...invocation, globals: { ...globals, quick, out }, io: quiet });
  }
  if (typeof options['write'] === 'string' || name === undefined) {
    io.result(
      (typeof options['write'] === 'string' && name !== undefined ? Object.values(results)[0] : results) as never,
    );
  }
}

/** Write the demo's input, leaving files alone that are as they should be: another run may be reading them. */
async function freshInput(dir: string, write: (dir: string) => Promise<string>): Promise<string> {
  const aside = `${dir}.${process.pid}.tmp`;
  try {
    const study = await write(aside);
    if (!(await exists(dir))) await rename(aside, dir);
    else {
      for (const name of await filesBelow(aside)) {
        const [from, to] = [path.join(aside, name), path.join(dir, name)];
        const same = (await exists(to)) && (await sameBytes(from, to));
        if (!same) await rename(from, to);
      }
    }
    return path.join(dir, path.relative(aside, study));
  } finally {
    await remove(aside);
  }
}

const sameBytes = async (a: string, b: string): Promise<boolean> =>
  (await stat(a)).size === (await stat(b)).size && (await sha256File(a)) === (await sha256File(b));
