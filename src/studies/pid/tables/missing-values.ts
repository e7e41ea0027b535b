import { userError } from '../../../base/error.js';
import { parts, type Node } from '../../../events/expression/ast.js';
import { parse } from '../../../events/expression/parse.js';
import { print } from '../../../events/expression/print.js';
import { both } from '../both.js';
import type { CandidateSource } from './candidates.js';

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
 * the work ends, as an efficiency of 0 would tell nothing of why.
 *
 * @param whose `K in data`
 * @throws userError `pid.no-value`
 */
export async function warnOfMissing(
  sources: readonly Pick<CandidateSource, 'table' | 'select'>[],
  cuts: readonly string[],
  { whose, at, warn }: { whose: string; at: string; warn?: ((message: string, count?: number) => void) | undefined },
): Promise<void> {
  const variables = [...new Set(cuts.flatMap((cut) => comparedIn(cut, at)))];
  if (variables.length === 0) return;
  const missing = variables.map(() => 0);
  let all = 0;
  for (const { table, select } of sources) {
    const { rows, each } = await table.countEach(
      variables.map((variable) => `isnan(${variable})`),
      both(select),
    );
    each.forEach((n, i) => (missing[i] += n));
    all += rows;
  }
  for (const [i, variable] of variables.entries()) {
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
