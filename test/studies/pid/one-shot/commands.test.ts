import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { writeTable } from '../../../../src/events/write-table.js';
import { makeProgram } from '../../../../src/cli/program.js';
import { dstarEvents } from '../../../../src/physics/dstar.js';
import { seedKey } from '../../../../src/stats/key.js';
import { pid } from '../../../../src/studies/pid/one-shot/commands.js';
import { datamc } from '../../../helpers/command.js';
import { temporaryFolder } from '../../../helpers/toy-run.js';

const home = temporaryFolder();
const at = (name: string): string => path.join(home, name);
const data = at('data.parquet');
beforeAll(async () => {
  const columns = dstarEvents(seedKey(3), 3000, { sample: 'data', likelihoods: false });
  await writeTable(
    data,
    Object.entries(columns).map(([name, values]) => ({ name, values })),
  );
});

const camel = (name: string): string => name.replace(/-(\w)/g, (_, c: string) => c.toUpperCase());

test('every command of the group is a function of its name', () => {
  const group = makeProgram().commands.find((command) => command.name() === 'pid');
  const names = (group?.commands ?? []).map((command) => camel(command.name())).filter((name) => name !== 'help');
  expect(Object.keys(pid).sort()).toEqual(names.sort());
});

describe('functions give what commands print', () => {
  const printed = async (...args: string[]): Promise<Record<string, unknown>> => {
    const said = await datamc('pid', ...args, '--json');
    expect(said.status, said.err).toBe(0);
    return JSON.parse(said.out) as Record<string, unknown>;
  };
  const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

  test('fit, with densities as on the command line', async () => {
    const { result } = await pid.fit({
      ...{ files: [data], variable: 'D0_M', range: [1.8, 1.95], signal: 'gaussian', background: 'chebyshev:1' },
      systematicBackground: 'chebyshev:2',
      binned: 100,
    });
    const said = await printed(
      ...['fit', data, '--variable', 'D0_M', '--range', '1.8,1.95', '--signal', 'gaussian'],
      ...[
        '--background',
        'chebyshev:1',
        '--systematic-background',
        'chebyshev:2',
        '--binned',
        '100',
        '--out',
        at('fit'),
      ],
    );
    expect({ ...said, ...(plain(result) as object) }).toEqual(said);
  });

  test('kde, with a density as a study has it', async () => {
    const spec = { variables: ['kaonID'], given: { p: 4 }, folds: 0, replicas: 1 };
    const { result } = await pid.kde(spec, { files: [data], prefix: 'D0_K' });
    const said = await printed(
      ...[
        'kde',
        data,
        '--prefix',
        'D0_K',
        '--variables',
        'kaonID',
        '--given',
        'p=4',
        '--folds',
        '0',
        '--replicas',
        '1',
      ],
    );
    expect({ ...said, ...(plain(result) as object) }).toEqual(said);
    await expect(pid.kde({ variables: [], given: { p: 4 } }, { files: [data] })).rejects.toThrow(/small/i);
  });
});

describe('datamc apply with a density', () => {
  const density = at('K_kaonID');
  beforeAll(async () => {
    const spec = { variables: ['kaonID'], given: { p: 4 }, folds: 0, replicas: 2 };
    await pid.kde(spec, { files: [data], prefix: 'D0_K', out: density });
  });

  test('does what resample does: the track by --particle, the same values', async () => {
    const json = async (...args: string[]): Promise<Record<string, unknown>> => {
      const said = await datamc(...args, '--json');
      expect(said.status, said.err).toBe(0);
      return JSON.parse(said.out) as Record<string, unknown>;
    };
    const applied = await json('apply', `${density}.json`, data, at('a.parquet'), '--particle', 'prefix=D0_K_');
    const resampled = await json('pid', 'resample', `${density}.json`, data, at('b.parquet'), '--prefix', 'D0_K');
    expect(resampled).toMatchObject({ ...applied, output: at('b.parquet') });
  });

  test('says which track could be meant, which options are not for densities, and what other files are', async () => {
    const told = async (...args: string[]): Promise<string> => {
      const said = await datamc('apply', ...args);
      expect([said.status, said.err.trimEnd().split('\n').length], said.err).toEqual([2, 2]);
      return said.err;
    };
    expect(await told(`${density}.json`, data, at('c.parquet'))).toContain('--particle prefix=D0_K_');
    expect(await told(`${density}.json`, data, at('c.parquet'), '--fill', '1')).toContain('--fill is for tables');
    expect(await told(`${density}.npy`, data, at('c.parquet'))).toContain('K_kaonID.json');
    expect(await told(data, data, at('c.parquet'))).toContain('a file of events cannot be applied');
  });
});
