import { userError } from '../../../base/error.js';
import { parts, type Node } from '../../../events/expression/ast.js';
import { parse } from '../../../events/expression/parse.js';
import { print } from '../../../events/expression/print.js';
import { both } from '../both.js';
import type { CandidateSource } from './candidates.js';
import { CODES_BEGIN, codeConditions, codesIn } from './no-value-codes.js';

/** What a cut compares, constants apart: `kaonID` of `kaonID > 0.6`. */
export function comparedIn(cut: string, path?: string): string[] {
  const found = new Set<string>();
  const visit = (node: Node): void => {
    if (node.kind === 'compare')
      for (const operand of node.operands)
        if (operand.kind !== 'number' && operand.kind !== 'unary') found.add(print(operand));
    for (const part of parts(node)) visit(part);
  };
  visit(parse({ text: cut, path }));
  return [...found];
}

/**
 * Candidates whose identification has no value fail every cut on it: they are counted and named, and where no candidate has one
 * the work ends, as an efficiency of 0 would tell nothing of why. Numbers that tuples write in the place of none, such as −999, are
 * cut on like others, and counted and named as well.
 *
 * @param whose `K in data`
 * @throws userError `pid.no-value`
 */
export async function warnOfMissing(
  sources: readonly Pick<CandidateSource, 'table' | 'select'>[],
  cuts: readonly string[],
  { whose, at, warn }: { whose: string; at: string; warn?: ((message: string, count?: number) => void) | undefined },
): Promise<void> {
  for (const { table } of sources)
    for (const cut of cuts)
      if (table.check(cut, at, 'condition').columns.size === 0)
        throw userError({
          code: 'pid.constant-cut',
          message: `the cut "${cut}" is about no column`,
          path: at,
          expected: 'an identification cut, such as kaonID > 0.6',
        });
  const isNumber = (variable: string): boolean =>
    sources.every(({ table }) => /^(?:real|integer)$/.test(table.check(variable, at, 'any').type));
  const variables = [...new Set(cuts.flatMap((cut) => comparedIn(cut, at)))].filter(isNumber);
  if (variables.length === 0) return;
  const asked = [...variables.map((v) => `isnan(${v})`), ...variables.map((v) => `abs(${v}) > ${CODES_BEGIN}`)];
  const { all, each } = await countAll(sources, asked);
  const [missing, far] = [each.slice(0, variables.length), each.slice(variables.length)];
  for (const [i, variable] of variables.entries()) {
    if (far[i] > 0)
      for (const { value, count } of codesIn((await countAll(sources, codeConditions(variable))).each))
        warn?.(`${whose}: ${variable} is ${value}, which looks like no value; cuts take it as it is`, count);
    if (missing[i] === 0) continue;
    if (missing[i] === all)
      throw userError({
        code: 'pid.no-value',
        message: `"${variable}" has no value in any of the ${all} candidates of ${whose}`,
        path: at,
        got: 'NaN everywhere',
        hint: 'take another variable, or look at the values: datamc inspect',
      });
    warn?.(`${whose}: ${variable} has no value, which fails the cut`, missing[i]);
  }
}

/** Candidates of all sources together, and those for which each condition holds. */
async function countAll(
  sources: readonly Pick<CandidateSource, 'table' | 'select'>[],
  conditions: readonly string[],
): Promise<{ readonly all: number; readonly each: readonly number[] }> {
  const each = conditions.map(() => 0);
  let all = 0;
  for (const { table, select } of sources) {
    const counted = await table.countEach(conditions, both(select));
    counted.each.forEach((n, i) => (each[i] += n));
    all += counted.rows;
  }
  return { all, each };
}
