import { describe, expect, test } from 'vitest';
import { trackVariables } from '../../../src/events/variables/builtin.js';
import { definedVariable, ownVariables, type OwnVariable } from '../../../src/events/variables/own.js';
import { scratch, userErrorOf } from '../helpers/scratch.js';

const { store, file } = await scratch();
const csv = file('a.csv', 'K_kaonID,K_pionID,K_p,K_dr\n0.9,0.05,2,0.01\n0.2,0.7,1,0.02\n');

const read = async (list: readonly OwnVariable[], expression: string, prefix?: string): Promise<number[]> => {
  const own = ownVariables(list);
  const options = { variables: trackVariables(prefix, own.variables), functions: own.functions };
  return Array.from((await (await store.open({ files: [csv] }, options)).read({ x: expression })).x);
};
const define = (head: string, text: string): OwnVariable => definedVariable(head, text, `variables.${head}`);

describe('defined by an expression', () => {
  test('plain names and functions, which may rest on others', async () => {
    const list = [
      define('twice', '2 * p'),
      define('asym(a, b)', '(a - b) / (a + b)'),
      define('score', 'asym(kaonID, pionID) * twice'),
    ];
    const got = await read(list, 'score + asym(1 + 2, 1)', 'K');
    expect(got[0]).toBeCloseTo((0.85 / 0.95) * 4 + 0.5, 12);
    expect(got[1]).toBeCloseTo((-0.5 / 0.9) * 2 + 0.5, 12);
  });

  test('braces put an argument inside a name; house variables may be used and replaced', async () => {
    expect(await read([define('mm(track)', '10 * {track}_dr')], 'mm(K)')).toEqual([0.1, 0.2]);
    expect((await read([define('id(a)', 'binaryID(a, pi)')], 'id(K)', 'K'))[0]).toBeCloseTo(0.9 / 0.95, 12);
    expect(await read([define('kaonID', '1 - pionID')], 'kaonID', 'K')).toEqual([0.95, 1 - 0.7]);
  });

  test('mistakes are found where the variable is defined', async () => {
    const of = (head: string, text: string) => userErrorOf(() => Promise.resolve(ownVariables([define(head, text)])));
    expect(await of('2x', 'p')).toMatchObject({ code: 'variables.name', path: 'variables.2x' });
    expect(await of('sqrt(x)', 'x')).toMatchObject({ message: '"sqrt" is a function of the language' });
    expect(await of('f(a, a)', 'a')).toMatchObject({ message: 'the argument "a" stands twice' });
    expect(await of('f(first, other)', 'first + othr')).toMatchObject({
      message: 'f never uses its argument "other"',
      hint: 'did you mean "othr"?',
    });
    expect(await of('f(track)', '{trak}_p')).toMatchObject({ hint: 'did you mean "track"?' });
    expect(await of('f(a)', 'a +')).toMatchObject({ code: 'expression.syntax', path: 'variables.f(a)' });
    expect(await userErrorOf(() => Promise.resolve(ownVariables([define('f', 'p'), define('f', 'p')])))).toMatchObject({
      code: 'variables.twice',
    });
    expect(await userErrorOf(() => read([define('f', 'g'), define('g', 'f')], 'f', 'K'))).toMatchObject({
      code: 'expression.circular',
    });
    expect(await userErrorOf(() => read([define('f(x)', 'x')], 'f(1, 2)', 'K'))).toMatchObject({
      message: 'f takes 1 argument, not 2, at position 1',
    });
  });
});

describe('of a module', () => {
  const soft: OwnVariable = {
    name: 'soft',
    arguments: [1, 2],
    needs: ['p'],
    run: (...columns) => {
      const p = columns[columns.length - 1];
      return columns[0].map((x, i) => x * Math.exp(-p[i]));
    },
  };

  test('an expression made by a function of its arguments', async () => {
    const any: OwnVariable = {
      name: 'anyOf',
      arguments: [1, 6],
      expression: (...words) => words.map((w) => `${w}ID`).join(' + '),
    };
    expect((await read([any], 'anyOf(kaon, pion)', 'K'))[0]).toBeCloseTo(0.95, 12);
    expect((await read([any], 'anyOf(kaon)', 'K'))[0]).toBeCloseTo(0.9, 12);
  });

  test('a function of blocks: arguments, then what it needs', async () => {
    const got = await read([soft], 'soft(kaonID) + 1', 'K');
    expect(got[0]).toBeCloseTo(0.9 * Math.exp(-2) + 1, 12);
    expect(got[1]).toBeCloseTo(0.2 * Math.exp(-1) + 1, 12);
    const chosen: OwnVariable = {
      name: 'chosen',
      arguments: [1, 1],
      needs: (track) => [`${track}_p`],
      run: (p) => p.map((x) => -x),
    };
    expect(await read([chosen], 'chosen(K)')).toEqual([-2, -1]);
  });

  test('many rows come block by block, in order', async () => {
    const rows = Array.from({ length: 9_000 }, (_, i) => i).join('\n');
    const long = file('long.csv', `n\n${rows}\n`);
    const half: OwnVariable = { name: 'half', arguments: [1, 1], run: (n) => n.map((x) => x / 2) };
    const own = ownVariables([half]);
    const table = await store.open(
      { files: [long] },
      { variables: trackVariables(undefined, own.variables), functions: own.functions, select: 'half(n) >= 1000' },
    );
    const { x } = await table.read({ x: 'half(n)' });
    expect(x).toEqual(Float64Array.from({ length: 7_000 }, (_, i) => 1000 + i / 2));
  });

  test('a missing dependency and a function that fails are named', async () => {
    const needy: OwnVariable = { ...soft, needs: ['pp'] };
    expect(await userErrorOf(() => read([needy], 'p + soft(kaonID)', 'K'))).toMatchObject({
      code: 'expression.unknown-column',
      message: 'variable "soft" needs the column "pp", at position 5',
      got: 'p + soft(kaonID)\n    ^^^^^^^^^^^^',
      hint: 'did you mean "K_p" or "K_dr"?',
    });
    const wrong: OwnVariable = { name: 'wrong', arguments: [1, 1], run: () => new Float64Array(1) };
    expect(await userErrorOf(() => read([wrong], 'wrong(p)', 'K'))).toMatchObject({
      code: 'variables.run',
      message: 'the function of variable "wrong" failed',
    });
    expect(await userErrorOf(() => Promise.resolve(ownVariables([{ name: 'none' }])))).toMatchObject({
      code: 'variables.kind',
    });
  });
});
