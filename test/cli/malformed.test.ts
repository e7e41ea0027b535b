import { copyFile, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { writeTable } from '../../src/events/write-table.js';
import { convertFiles } from '../../src/events/convert.js';
import { plansOf } from '../events/root/helpers.js';
import { datamc, type Said } from '../helpers/command.js';
import { temporaryFolder } from '../helpers/toy-run.js';

// What a user may get wrong, and what he is told: two lines (a cut with its caret between them), exit status 2, no stack,
// and nothing lost.
const home = temporaryFolder();
const at = (name: string): string => path.join(home, name);
const write = async (name: string, text: string | Uint8Array): Promise<string> => {
  await writeFile(at(name), text);
  return at(name);
};

const ROWS = 200;
const ip = Float64Array.from({ length: ROWS }, (_, i) => 0.01 + 0.001 * i);
const pt = Float64Array.from({ length: ROWS }, (_, i) => 1 + (i % 50) / 10);
const good = `study: correction
samples: { simulation: mc.parquet, data: data.parquet }
variables: [{ column: ip, transform: log10 }]
given: [{ column: pt, transform: log }]
`;

beforeAll(async () => {
  for (const name of ['mc.parquet', 'data.parquet', 'mc.csv'])
    await writeTable(at(name), [
      { name: 'ip', values: ip },
      { name: 'pt', values: pt },
    ]);
  for (const name of ['mc.h5', 'mc.npy', 'mc.npz']) await convertFiles([at('mc.csv')], at(name));
  await mkdir(at('folder'));
});

function told({ out, err, status }: Said, lines = 2): string {
  expect(status, err).toBe(2);
  expect(out).toBe('');
  expect(err).toMatch(/^error {2}/);
  expect(err).not.toMatch(/^ +at /m);
  expect(err.trimEnd().split('\n')).toHaveLength(lines);
  return err.replaceAll(`${home}/`, '');
}

const row = (line: string): string => `ip,pt\n${'0.1,2\n'.repeat(100)}${line}\n${'0.3,4\n'.repeat(100)}`;

describe('a file that is none', () => {
  test.each(['root', 'parquet', 'csv', 'h5', 'npy', 'npz'])('%s without a byte', async (format) => {
    const file = await write(`empty.${format}`, '');
    expect(told(await datamc('inspect', file))).toContain(
      `error  empty.${format} is empty\n       leave the file out, or write it again; expected at least one row of events`,
    );
  });

  test.each(['parquet', 'h5', 'npy', 'npz'])('%s that lacks its second half, or its last byte', async (format) => {
    const bytes = await readFile(at(`mc.${format}`));
    for (const length of [bytes.length >> 1, bytes.length - 1]) {
      const file = await write(`cut.${format}`, bytes.subarray(0, length));
      const text = told(await datamc('inspect', file));
      expect(text).toMatch(/is damaged or no|cut short/);
      expect(text).toContain('write or copy it again');
    }
  });

  test.each<[string, string | Uint8Array, string]>([
    ['a header alone', 'ip,pt\n', 'has a header but no rows'],
    ['a name twice', row('0.2,3').replace('pt', 'ip'), 'column "ip" stands twice in the header of bad.csv'],
    ['a short row', row('0.2'), 'line 102 of bad.csv has 1 cells, not 2'],
    ['a long row', row('0.2,3,4'), 'line 102 of bad.csv has 3 cells, not 2'],
    ['a word among numbers', row('0.2,abc'), 'line 102 of bad.csv, column "pt": "abc" is not a number'],
    ['an open quote', row('"0.2,3'), 'line 102 of bad.csv has a quote that is never closed'],
    ['Latin-1', Buffer.from(row('0.2,3\n').replace('pt', 'pt_\xe9'), 'latin1'), 'line 1 of bad.csv holds letters that'],
    ['Latin-1 below', Buffer.from(row('0.2,\xe9'), 'latin1'), 'line 102 of bad.csv holds letters that are not UTF-8'],
    ['UTF-16', Buffer.from(`\ufeff${row('0.2,3')}`, 'utf16le'), 'bad.csv is written in UTF-16'],
  ])('CSV with %s', async (_, text, message) => {
    expect(told(await datamc('inspect', await write('bad.csv', text)))).toContain(message);
  });

  test('letters of UTF-8 stand wherever a block of the file ends', async () => {
    // 2²⁰ bytes are read at a time: headers of 1 to 4 more bytes move the letters over that edge.
    for (const name of ['a', 'ab', 'abc', 'abcd']) {
      const file = await write('wide.csv', `${name},t\n${`1,"${'π€𝜇'.repeat(10)}"\n`.repeat(12_000)}`);
      expect((await datamc('inspect', file)).err).toBe('');
    }
  });

  test('absent, with its neighbours; a folder', async () => {
    expect(told(await datamc('inspect', at('mc.parqet')))).toContain('did you mean "mc.parquet"');
    expect(told(await datamc('inspect', at('folder')))).toContain('is a directory, not a file');
    expect(told(await datamc('plot', '--data', at('mcc.csv'), '--simulation', at('mc.csv'), '--x', 'ip'))).toContain(
      'did you mean "mc.csv"',
    );
  });
});

describe('an output that cannot be written', () => {
  test('the input itself, under whatever name, is left as it was', async () => {
    const before = await readFile(at('mc.csv'));
    await symlink(at('mc.csv'), at('link.csv'));
    for (const out of ['mc.csv', 'folder/../mc.csv', 'link.csv'])
      expect(told(await datamc('convert', at('mc.csv'), `${home}/${out}`))).toContain('is input and output at once');
    expect(await readFile(at('mc.csv'))).toEqual(before);
  });

  test('a folder, a file for a folder, an unknown ending', async () => {
    await mkdir(at('folder.csv'));
    expect(told(await datamc('convert', at('mc.csv'), at('folder.csv')))).toContain('it is a folder');
    expect(told(await datamc('convert', at('mc.csv'), at('mc.h5/o.csv')))).toContain('a part of its path is a file');
    expect(told(await datamc('convert', at('mc.csv'), at('o.xlsx')))).toContain('its ending names no format');
    expect(told(await datamc('check', '--schema', at('mc.csv')))).toContain('a part of its path is a file');
  });
});

test('a sample without rows is no input', async () => {
  const none = new Float64Array();
  await writeTable(at('none.parquet'), [
    { name: 'ip', values: none },
    { name: 'pt', values: none },
  ]);
  const head = (await readFile(at('mc.npy'))).toString('latin1').replace('(200,)', '(0,)  ');
  await write('none.npy', Buffer.from(head.slice(0, head.indexOf('\n') + 1), 'latin1'));
  for (const file of [at('none.parquet'), at('none.npy')]) {
    expect(told(await datamc('convert', file, at('none.csv')))).toContain('there are no rows of');
    expect(told(await datamc('plot', '--data', file, '--simulation', file, '--x', 'ip'))).toContain('has no rows');
  }
});

describe('a study file', () => {
  const checked = async (text: string | Uint8Array, lines = 2): Promise<string> =>
    told(await datamc('check', await write('bad.yaml', text)), lines);

  test.each([
    ['a name that is not there', good.replace('column: ip', 'column: ipp'), 'unknown column "ipp"'],
    ['one for a circle', `${good}define: { a: b + 1, b: a + 1 }\n`, 'derived columns define each other: a → b → a'],
    ['an unknown key of a binning', `${good}`.replace('log10', 'log10, bins: { form: 1, to: 2, bins: 3 }'), '"form"'],
    ['a misspelt key for a required one', good.replace('variables', 'varables'), 'unknown key "varables"'],
    ['a binning from high to low', good.replace('log10', 'log10, bins: { from: 3, to: 2, bins: 3 }'), 'bins.from'],
    ['an alias of nothing', `${good}select: *cut\n`, 'Unresolved alias'],
    ['a collection that is none', good.replace('mc.parquet', '{ files: mc.parquet, explode: Muon }'), '"Muon_…"'],
    ['a cut that is text', `${good}select: "'EB'"\n`, 'a condition is needed, but this is text'],
  ])('%s', async (_, text, message) => {
    const said = await checked(text);
    expect(said).toContain(message);
    expect(said).toMatch(/\(bad\.yaml(:\d+:\d+)?/);
  });

  test('aliases that multiply without end are refused at once', async () => {
    const lists = 'bcdefg'.split('').map((name, i) => `${name}: &${name} [${`*${'abcdef'[i]},`.repeat(9)}]\n`);
    expect(await checked(`a: &a [x]\n${lists.join('')}${good}`)).toContain('Excessive alias count');
  });

  test('letters that are not UTF-8 are named with their line', async () => {
    expect(await checked(Buffer.from(`${good}# \xe9\n`, 'latin1'))).toContain('(bad.yaml:5)');
  });

  test('names of the language that this is written in are names like any other', async () => {
    expect(await checked(`${good}select: constructor\n`)).toContain('unknown column "constructor"');
  });

  test('a cut keeps its caret, a bare name needs none', async () => {
    expect(await checked(`${good}select: "pt > 1 and ipp > 2"\n`, 4)).toContain('                  ^^^');
  });
});

describe('what only the values tell', () => {
  const run = async (text: string): Promise<Said> => {
    const file = await write('values.yaml', text);
    return datamc('run', file, '--quick', '--executor', 'inline', '--out', at('run'));
  };
  const column = async (name: string, value: (i: number) => number): Promise<void> =>
    writeTable(at(name), [
      { name: 'ip', values: ip.map((_, i) => value(i)) },
      { name: 'pt', values: pt },
    ]);

  test.each<[string, string, string]>([
    ['a cut that leaves nothing', `${good}select: pt > 1e9\n`, 'the selection leaves no rows of mc.parquet'],
    ['a cut that leaves too little', `${good}select: pt < 1.05\n`, 'too few events of simulation'],
    ['weights without a sum', good.replace('mc.parquet', '{ files: mc.parquet, weight: 0 * pt }'), 'add up to 0'],
    ['a negative sum', good.replace('mc.parquet', '{ files: mc.parquet, weight: -pt }'), 'add up to -'],
  ])('%s', async (_, text, message) => {
    const said = told(await run(text));
    expect(said).toContain(message);
    expect(said).toMatch(/\(values\.yaml:\d+:\d+, /);
  });

  test('a variable that is NaN, or one value, everywhere', async () => {
    await column('nan.parquet', () => NaN);
    expect(told(await run(good.replace('mc.parquet', 'nan.parquet')))).toContain('is NaN in all 200 selected rows');
    await column('constant.parquet', () => 0.25);
    expect(told(await run(good.replace('mc.parquet', 'constant.parquet')))).toContain(
      '"ip" of simulation is 0.25 in all 200 events that can be used (values.yaml:3:15, variables[0].column)',
    );
  });

  test('a plot whose weights have no positive sum', async () => {
    const files = ['--data', at('mc.csv'), '--simulation', at('mc.csv')];
    expect(told(await datamc('plot', ...files, '--x', 'ip', '--weight', '0 * pt'))).toContain('add up to 0 (--weight)');
  });
});

describe('what is odd but harmless is counted, exit 0', () => {
  test('byte-order mark, Windows line ends, no last line end', async () => {
    const text = `\ufeff${row('0.2,3').trimEnd().replaceAll('\n', '\r\n')}`;
    const { err, status } = await datamc('convert', await write('dos.csv', text), at('dos.parquet'));
    expect(status).toBe(0);
    for (const warning of ['byte-order mark in', 'Windows line ends (CRLF) in', 'the last line has no line end in'])
      expect(err).toMatch(new RegExp(`^warning {2}${warning.replace(/[()]/g, '\\$&')} .*dos\\.csv \\(\\d+\\)$`, 'm'));
  });

  test('entries that --recover leaves out', async () => {
    const fixture = fileURLToPath(new URL('../events/root/fixtures/lz4.root', import.meta.url));
    const bytes = await readFile(fixture);
    const { seek, bytes: sizes } = (await plansOf(fixture, 'events')).get('f8')?.baskets ?? { seek: [], bytes: [] };
    bytes[(seek[2] ?? 0) + (sizes[2] ?? 0) - 9] ^= 1;
    const file = await write('damaged.root', bytes);
    expect(told(await datamc('convert', file, at('damaged.parquet')))).toContain('branch "f8" is damaged in basket 2');
    const { err, status } = await datamc('convert', file, at('damaged.parquet'), '--recover');
    expect(status).toBe(0);
    expect(err).toMatch(/^warning {2}entries 81 to 179 are left out: basket of "f8": .* \(99\)$/m);
    expect((await datamc('inspect', file, '--recover')).out).toContain('warning: entries 81 to 179 are left out');
  });

  test('a run tells the same, and a constant column that is only compared', async () => {
    const lines = Array.from(ip, (value, i) => `${value},${pt[i]},7.5,\n`).join('');
    await write('odd.csv', `\ufeffip,pt,same,none\r\n${lines}`);
    await copyFile(at('odd.csv'), at('odd2.csv'));
    const text = good.replace('mc.parquet', 'odd.csv').replace('data.parquet', 'odd2.csv');
    const file = await write('odd.yaml', `${text}replicas: 0\nclosure: false\n`);
    const { err, status } = await datamc('run', file, '--quick', '--executor', 'inline', '--out', at('odd'));
    expect(status, err).toBe(0);
    expect(err).toContain('warning  prepare: byte-order mark in odd.csv (1)\n');
    expect(err).toContain('warning  prepare: "same" of simulation is constant (200)\n');
    expect(err).toContain('warning  prepare: "none" of simulation has no value (200)\n');
    expect((await stat(at('odd/report.html'))).size).toBeGreaterThan(0);
  });
});
