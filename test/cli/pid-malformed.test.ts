import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { stringify } from 'yaml';
import { beforeAll, describe, expect, test } from 'vitest';
import { writeTable } from '../../src/events/write-table.js';
import { dstarEvents } from '../../src/physics/dstar.js';
import { seedKey } from '../../src/stats/key.js';
import { datamc, type Said } from '../helpers/command.js';
import { temporaryFolder } from '../helpers/toy-run.js';

// What a user of the study pid may get wrong, beyond what its schema finds: exit status 2, the key, the way out, no stack.
const home = temporaryFolder();
const at = (name: string): string => path.join(home, name);

beforeAll(async () => {
  for (const [name, sample] of [
    ['data', 'data'],
    ['mc', 'simulation'],
  ] as const) {
    const columns = dstarEvents(seedKey(8).split(name), 1500, { sample, likelihoods: false });
    await writeTable(
      at(`${name}.parquet`),
      Object.entries(columns).map(([column, values]) => ({ name: column, values })),
    );
  }
});

const fit = {
  variable: 'D0_M',
  range: [1.8, 1.95],
  signal: { pdf: 'gaussian', mean: 1.8648 } as object,
  background: { pdf: 'chebyshev', order: 1 } as object,
};
const mode = {
  probes: { K: 'D0_K', pi: 'D0_pi' } as Record<string, string>,
  truth: { K: 'isSignal' } as Record<string, string>,
  fit: fit as object,
};
const table = { cut: 'kaonID > 0.6', efficiency: 'K', binning: { p: [0.5, 1.5, 4] } as object };

interface Edits {
  readonly fit?: object;
  readonly mode?: object;
  readonly table?: object | undefined;
  readonly study?: object;
}

/** A study with some keys changed. */
async function studyOf(name: string, edits: Edits): Promise<string> {
  const study = {
    study: 'pid',
    samples: { data: 'data.parquet', simulation: 'mc.parquet' },
    modes: { Dst: { ...mode, ...(edits.fit ? { fit: { ...fit, ...edits.fit } } : {}), ...edits.mode } },
    ...('table' in edits && edits.table === undefined ? {} : { tables: [{ ...table, ...edits.table }] }),
    ...edits.study,
  };
  await writeFile(at(name), stringify(study));
  return at(name);
}

function told({ err, status }: Said, ...parts: readonly string[]): void {
  expect(status, err).toBe(2);
  expect(err).not.toMatch(/\n\s+at /);
  for (const part of parts) expect(err).toContain(part);
}

describe('datamc check finds before anything runs', () => {
  test.each<[string, Edits, readonly string[]]>([
    [
      'a yield that is a shape parameter',
      { fit: { signal: { pdf: 'gaussian', sigma: '0.001 * yield.signal' } } },
      ['"yield.signal" is a yield and a shape parameter', 'modes.Dst.fit.signal', 'a name of its own'],
    ],
    [
      'a parameter that there is not',
      { fit: { signal: { pdf: 'gaussian', mean: 'signal.sgma' } } },
      ['unknown parameter "signal.sgma"', 'modes.Dst.fit.signal.mean', 'did you mean "signal.sigma"'],
    ],
    [
      'a start beyond its limits',
      { fit: { signal: { pdf: 'gaussian', sigma: -1 } } },
      ['the start lies outside', 'modes.Dst.fit.signal.sigma', 'got -1'],
    ],
    [
      'parameters that are given by each other, of the systematic fit',
      { fit: { systematic: { signal: { pdf: 'crystalBall', alpha: 'signal.n', n: 'signal.alpha' } } } },
      ['given by each other', 'modes.Dst.fit.systematic.signal.alpha'],
    ],
    [
      'a misspelt key of a parameter',
      { fit: { signal: { pdf: 'gaussian', mean: { fix: 1.86 } } } },
      ['unknown key "fix"', 'expected start value, or [start, low, high], or { fixed }'],
    ],
    [
      'weights without what they need',
      { fit: { weights: 'abcd' } },
      ['"modes.Dst.fit.abcd" is missing', '{ first, second }'],
    ],
    [
      'a variant with the name of the nominal fit',
      { fit: { variants: { nominal: { range: [1.81, 1.94] } } } },
      ['nominal and systematic are names of their own', 'modes.Dst.fit.variants'],
    ],
    ['an unknown particle that a cut takes candidates for', { table: { reco: 'kaun' } }, ['"kaun"', 'tables[0].reco']],
    [
      'an unknown particle as a probe',
      { mode: { probes: { X: 'D0_K' }, truth: {} }, table: { efficiency: 'X' } },
      ['unknown particle "X"', 'modes.Dst.probes.X'],
    ],
    ['a fake that is what the cut looks for', { table: { fake: ['pi', 'K'] } }, ['no fake', 'tables[0].fake']],
    ['a cut twice', { table: { cut: ['kaonID > 0.6', 'kaonID > 0.6'] } }, ['stands twice', 'tables[0].cut']],
    [
      'a reference of a particle that the table does not have',
      { table: { reference: { mu: 'mu.csv' } } },
      ['"mu" is no particle of this table', 'tables[0].reference.mu'],
    ],
    [
      'side bands that overlap',
      { fit: { weights: 'sideband', sideband: { signal: [1.85, 1.88], bands: [[1.87, 1.9]] } } },
      ['overlaps with 1.85 to 1.88', 'modes.Dst.fit.sideband.bands[0]'],
    ],
    [
      'side bands outside the fit',
      { fit: { weights: 'sideband', sideband: { signal: [1.85, 1.88], bands: [[5, 6]] } } },
      ['beyond the range of the fit, 1.8 to 1.95', 'modes.Dst.fit.sideband.bands[0]'],
    ],
    [
      'a name that is none',
      { fit: { variants: { 'a b': { range: [1.81, 1.94] } } } },
      ['"a b" cannot be a name in modes.Dst.fit.variants', 'letters, digits and underscores'],
    ],
    [
      'a variable twice in a density',
      { table: undefined, study: { densities: [{ probe: 'K', variables: ['kaonID'], given: { kaonID: 4 } }] } },
      ['"kaonID" stands twice', 'densities[0].variables'],
    ],
    [
      'a module of variables that there is not, without paths of datamc',
      { study: { variables: 'none.js' } },
      ['the module of variables "none.js" cannot be loaded'],
    ],
  ])('%s', async (_, edits, parts) => {
    const said = await datamc('check', await studyOf('check.yaml', edits));
    told(said, ...parts);
    expect(said.err).not.toContain('imported from');
  });
});

describe('a run ends where nothing is left', () => {
  const run = async (edits: Edits): Promise<Said> =>
    datamc('run', await studyOf('run.yaml', edits), '--out', at('run'), '--executor', 'inline');
  test.each<[string, Edits, readonly string[]]>([
    ['in the bins', { table: { binning: { p: [100, 200] } } }, ['lies in a bin', 'tables[0].binning', 'below']],
    ['of a preselection', { table: { precuts: ['', 'p > 99'] } }, ['in data is left', 'tables[0].precuts', 'p > 99']],
    [
      'in the range of the fit',
      { fit: { range: [2.5, 2.6], signal: { pdf: 'gaussian' } } },
      ['lies in the range of the fit', 'modes.Dst.fit.range'],
    ],
    [
      'that has a value to fit',
      { fit: { variable: 'log(-D0_K_p)' } },
      ['"log(-D0_K_p)" has no value in any of the', 'modes.Dst.fit.variable', 'NaN everywhere'],
    ],
    ['of true ones', { mode: { truth: { K: 'mcPDG == 3' } } }, ['in simulation is left', 'modes.Dst.truth.K']],
    ['that passes the cut', { table: { cut: 'kaonID > 5' } }, ['passes "kaonID > 5"', 'tables[0].cut']],
    [
      'of a curve',
      { table: undefined, study: { roc: [{ variable: 'kaonID', signal: 'K', background: 'pi', precut: 'p > 99' }] } },
      ['has no value', 'roc[0].precut'],
    ],
    [
      'to fit: whose fit it is',
      { study: { samples: { data: { files: 'data.parquet', entries: 1 }, simulation: 'mc.parquet' } } },
      ['the nominal fit of Dst in data', 'modes.Dst.fit'],
    ],
  ])('%s', async (_, edits, parts) => {
    told(await run(edits), ...parts);
  });

  test('candidates without identification fail the cut, counted and named; all of them end the work', async () => {
    const one = (define: string, cut: string) =>
      datamc(
        ...['pid', 'efficiency-table', at('data.parquet'), '--probe', 'K', '--define', define],
        ...['--cut', cut, '--binning', 'D0_K_p=0.5,4'],
      );
    const some = await one('id=D0_K_charge > 0 ? D0_K_kaonID : sqrt(-1)', '0.6 < id and D0_K_p > 0.1');
    expect(some.status).toBe(0);
    expect(some.err).toMatch(/K in data: id has no value, which fails the cut \(\d+\)/);
    told(await one('id=sqrt(-D0_K_p)', 'id > 0.6'), '"id" has no value in any of the 1500 candidates', '--cut');
    const half = 'D0_K_charge > 0 ? D0_K_kaonID : sqrt(-1)';
    const roc = [{ variable: 'half', signal: 'K', background: 'pi' }];
    const drawn = await run({ table: undefined, study: { define: { half }, roc } });
    expect(drawn.status, drawn.err).toBe(0);
    expect(drawn.err).toMatch(/without a value of half, in data \([\d\s]+\)/);
    // In a run it is the key of the study that is at fault.
    const edits = { study: { define: { id: 'sqrt(-D0_K_p)' } }, table: { cut: 'id > 0.6' } };
    told(await run(edits), '"id" has no value in any', 'tables[0].cut');
  });

  test('and so do the commands', async () => {
    const common = ['--probe', 'K=D0_K', '--cut'];
    const one = (...rest: string[]) => datamc('pid', 'efficiency-table', at('data.parquet'), ...common, ...rest);
    told(await one('kaonID > 0.6', '--binning', 'p=100,200'), 'lies in a bin', '--binning');
    told(await one('kaonID > 0.6', '--binning', 'p=1,2', '--precut', 'p > 99'), 'is left', 'p > 99');
    told(await one('kaonID > 5', '--binning', 'p=1,2'), 'passes "kaonID > 5"', '--cut');
    const both = ['--data', at('data.parquet'), '--simulation', at('mc.parquet'), '--truth', 'K=mcPDG==3'];
    told(
      await datamc('pid', 'weight-table', ...both, ...common, 'kaonID > 0.6', '--binning', 'p=1,2'),
      'in simulation is left',
      '--truth',
    );
  });
});

describe('what the commands are given', () => {
  const empty = at('empty.csv');
  const rows = at('rows.csv');
  beforeAll(async () => {
    await writeFile(empty, '');
    await writeFile(at('three.json'), '3');
    await writeFile(at('head.csv'), 'p_min,p_max,value\n');
    const lines = Array.from({ length: 200 }, (_, i) => `${i / 200},${(i % 7) + 1},${i % 3},a,0,-1`);
    await writeFile(rows, `id,p,q,name,none,minus\n${lines.join('\n')}\n`);
  });
  const cut = ['--probe', 'K', '--cut', 'id > 0.6'];
  const table = (...more: string[]) => ['efficiency-table', rows, ...cut, ...more];
  const binned = (...more: string[]) => table('--binning', 'p=0,4,8', ...more);
  const fit = (...more: string[]) => [
    'fit',
    rows,
    '--variable',
    'id',
    '--range',
    '0,1',
    '--signal',
    'gaussian',
    ...more,
  ];
  const weights = ['weight-table', '--data', rows, '--simulation', rows, ...cut, '--binning', 'p=0,8'];
  const roc = ['roc', '--data', rows, '--variable', 'id', '--signal', 'K', '--background', 'pi'];
  const abcd = ['abcd-weights', rows, at('out.parquet'), '--first', 'p > 3'];

  test.each<[readonly string[], readonly string[]]>([
    [fit('--parameter', 'signal.mean=signal.mean'), ['given by each other', 'give one of them a value']],
    [fit('--parameter', 'signal.sigma=-1'), ['outside the positive numbers']],
    [fit('--component', 'signal=argus'), ['two components are called "signal"', '--component']],
    [fit('--binned', '1'), ['a whole number from 10']],
    [fit('--label', 'foo=bar'), ['unknown part "foo" of --label']],
    [fit('--define', 'a=1', '--define', 'a=2'), ['"a" was given before']],
    [fit('--define', 'a='), ['expected NAME=EXPRESSION']],
    [fit('--weight', 'minus'), ['do not add up to a positive number', 'look at the weights']],
    [table('--binning', 'p=1,2;p=3,4'), ['"p" stands twice', '--binning']],
    [table('--binning', at('three.json')), ['a binning file consists of keys and values']],
    [table('--binning', empty), ['the binning file is empty', 'expected p: [0.5, 1, 2]']],
    [binned('--bin-var', 'q'), ['--binning has no bins for "q"', 'expected p']],
    [binned('--weight', 'nope'), ['unknown column "nope"', '--weight']],
    [binned('--systematic', 'a=nope'), ['unknown column "nope"', '--systematic']],
    [binned('--closure', 'nope'), ['unknown column "nope"', '--closure']],
    [binned('--truth', 'K=nope == 1'), ['unknown column "nope"', '--truth']],
    [binned('--weight', 'none'), ['do not add up to a positive number', 'Σw = 0']],
    [binned('--weight', 'minus'), ['do not add up to a positive number']],
    [binned('--cut', 'id > 0.6'), ['"id > 0.6" stands twice', '--cut']],
    [binned('--cut', '3'), ['the cut "3" is about no column', '--cut']],
    [binned('--cut', 'name > 3'), ['column "name" is text', '--cut']],
    [
      [...weights, '--fake', 'K'],
      ['"K" is what the cut looks for, and no fake', '--fake'],
    ],
    [[...weights, '--fake', 'foo'], ['unknown particle "foo" (--fake)']],
    [
      [...roc, '--weight', 'none'],
      ['no curve of "id"', '--variable'],
    ],
    [
      ['distribution', '--data', rows, '--variable', 'id', '--probe', 'K', '--bins', '5,6'],
      ['none of the 200 candidates of data lies in a bin', '--bins'],
    ],
    [
      ['kde', rows, '--variables', 'id', '--prefix', 'D0_K'],
      ['no column of', 'begins with "D0_K_"'],
    ],
    [
      ['calibrate', rows, '--track', `a=${at('head.csv')}`],
      ['a header but no rows', 'expected one line per bin'],
    ],
    [[...abcd, '--second', 'p > 100'], ['nothing passes both selections']],
    [[...abcd, '--second', 'q > 0', '--error', '-1'], ['the relative error of the transfer factor is -1']],
    [
      ['template-weights', rows, at('out.parquet'), '--background', `b=${rows}`, '--select', 'p > 100'],
      ['no event of data is left', '--select'],
    ],
    [
      ['factorisation', rows, '--variable', 'id', '--control', 'p', '--sideband', '0,0.4', '--false-alarm', '0'],
      ['the probability of a false alarm is 0'],
    ],
    [['convert-table', at('head.csv'), at('head.csv'), '--to', 'csv'], ['is input and output at once']],
    [
      ['templates', rows, '--sysvar', at('three.json')],
      ['not the configuration of a SysVar study', '--write-sysvar'],
    ],
    [
      ['generate', 'Dst', at('out.csv'), '--events', '1e12'],
      ['too many for one file', '--events'],
    ],
    [
      ['generate', 'KS', at('out.csv'), '--correlation'],
      ['has no correlation', '--correlation'],
    ],
    [['fixed-weights', empty], ['the configuration is empty']],
    [
      ['catalogue', '--catalogue', at('new.yaml'), '--scan', rows],
      ['is no folder', 'name a folder'],
    ],
  ])('%j', async (args, parts) => {
    const said = await datamc('pid', ...args);
    told(said, ...parts);
    expect(said.out).toBe('');
    const lines = said.err
      .trimEnd()
      .split('\n')
      .filter((line) => !line.startsWith('warning'));
    // A cut stands between the two lines, with a caret below it.
    expect([2, 4]).toContain(lines.length);
  });

  test('text that a cut compares is no missing number', async () => {
    const said = await datamc('pid', ...binned('--cut', "name == 'a' and id > 0.1"));
    expect(said.status, said.err).toBe(0);
  });
});
