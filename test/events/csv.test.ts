import { describe, expect, test } from 'vitest';
import { scratch, userErrorOf } from './helpers/scratch.js';

const { store, file } = await scratch();
let n = 0;
const open = (content: string) => store.open({ files: [file(`f${n++}.csv`, content)] });
const read = async (content: string, ...names: string[]) =>
  (await open(content)).read(Object.fromEntries(names.map((name) => [name, name])), { lenient: true });

describe('CSV as people write it', () => {
  test('blanks after separators, blank cells, names with blanks', async () => {
    const content = 'a, b , "c d"\n1, 2.5, EB\n 3 , nan, "x, y"\n , -inf,\n';
    expect(await read(content, 'a', 'b')).toEqual({
      a: new Float64Array([1, 3, NaN]),
      b: new Float64Array([2.5, NaN, -Infinity]),
    });
    const text = await (await open(content)).read({ first: "`c d` == 'EB'" });
    expect(Array.from(text.first)).toEqual([1, 0, 0]);
  });

  test('byte-order mark, CRLF and a missing last line end are warnings with counts', async () => {
    const table = await open('\ufeffa,b\r\n1,2\r\n3,4');
    expect(table.warnings.map(({ code, count }) => [code, count])).toEqual([
      ['events.bom', 1],
      ['events.crlf', 2],
      ['events.no-last-newline', 1],
    ]);
    expect(await table.read({ a: 'a', b: 'b' })).toEqual({ a: new Float64Array([1, 3]), b: new Float64Array([2, 4]) });
    expect((await open('a,b\n1,2\n')).warnings).toEqual([]);
  });

  test('quoted cells, semicolons, tabs', async () => {
    expect((await read('a;b\n1;"2.5"\n', 'b')).b[0]).toBe(2.5);
    expect((await read('a\tb\n1\t3\n', 'b')).b[0]).toBe(3);
    const table = await open('a,s\n1,"he said ""hi"", ok"\n2,"two\nlines"\n');
    expect(Array.from((await table.read({ hi: `s == 'he said "hi", ok'` })).hi)).toEqual([1, 0]);
  });

  test('integers of 18 digits stay exact, truth values are truth values', async () => {
    const table = await open('event,ok\n123456789012345678,true\n123456789012345679,False\n');
    expect(table.columns.map((c) => c.type)).toEqual(['integer', 'boolean']);
    expect(Array.from((await table.read({ x: 'event == 123456789012345679', ok: 'ok' })).x)).toEqual([0, 1]);
  });
});

describe('what is wrong is said with line and column', () => {
  test.each([
    [
      'a,b\n1,2\n3\n4,5\n',
      { code: 'events.ragged-row', message: expect.stringMatching(/line 3 of .* has 1 cells, not 2/) as string },
    ],
    [
      'a,b\n1,2\n4,5,6\n',
      { code: 'events.ragged-row', message: expect.stringMatching(/line 3 of .* has 3 cells, not 2/) as string },
    ],
    [
      'pt,b\n1,2\nabc,3\n5,6\n7,8\n',
      {
        code: 'events.unparsable-cell',
        message: expect.stringMatching(/line 3 of .*, column "pt": "abc" is not a number/) as string,
      },
    ],
    ['a,a\n1,2\n', { code: 'events.duplicate-column' }],
    ['1,2\n3,4\n', { code: 'events.no-header' }],
    ['a,b\n', { code: 'events.empty-file' }],
    [
      'a,b\n1,"2\n',
      { code: expect.stringMatching(/^events\./) as string, path: expect.stringMatching(/csv:2$/) as string },
    ],
    ['a\0b', { code: 'events.not-text' }],
  ])('%j', async (content, expected) => {
    expect(await userErrorOf(() => open(content))).toMatchObject(expected);
  });

  test('a fraction far down makes a column of integers real', async () => {
    const table = await open(`a,b\n${'1,2\n'.repeat(30_000)}1.5,3\n`);
    expect(table.columns.map((c) => c.type)).toEqual(['real', 'integer']);
    expect(await table.count('a == 1.5')).toBe(1);
  });

  test('a broken cell far down', async () => {
    const error = await userErrorOf(() => open(`a,b\n${'1,2\n'.repeat(30_000)}1,x\n`));
    expect(error).toMatchObject({ code: 'events.unparsable-cell', path: expect.stringMatching(/:30002$/) as string });
  });
});
