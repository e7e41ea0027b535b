import { userError } from '../../base/error.js';
import { didYouMean } from '../../base/near.js';
import type { Content, Correction, CorrectionSet } from './schema.js';

/** Refuses inputs and formulas that nodes name and nobody declares, and corrections named twice. */
export function checkNames(set: CorrectionSet): void {
  const seen = new Set<string>();
  for (const { name } of [...set.corrections, ...(set.compound_corrections ?? [])]) {
    if (seen.has(name))
      throw userError({ code: 'correctionlib.duplicate', message: `two corrections are named "${name}"` });
    seen.add(name);
  }
  for (const c of set.corrections) {
    const names = c.inputs.map((v) => v.name);
    if (new Set(names).size !== names.length) {
      throw userError({
        code: 'correctionlib.duplicate',
        message: `correction "${c.name}" names an input twice`,
        got: names.join(', '),
      });
    }
    checkContent(c, c.data, names);
    for (const f of c.generic_formulas ?? []) checkContent(c, f, names);
  }
}

function checkContent(c: Correction, node: Content, names: readonly string[]): void {
  if (typeof node === 'number') return;
  const need = (input: string): void => {
    if (names.includes(input)) return;
    throw userError({
      code: 'correctionlib.unknown-input',
      message: `correction "${c.name}": a ${node.nodetype} uses the undeclared input "${input}"`,
      expected: names.join(', '),
      hint: didYouMean(input, names),
    });
  };
  const into = (child: Content | string | null | undefined): void => {
    if (child !== undefined && child !== null && typeof child !== 'string') checkContent(c, child, names);
  };
  switch (node.nodetype) {
    case 'binning':
      need(node.input);
      node.content.forEach(into);
      return into(node.flow);
    case 'multibinning':
      node.inputs.forEach(need);
      node.content.forEach(into);
      return into(node.flow);
    case 'category':
      need(node.input);
      node.content.forEach(({ value }) => into(value));
      return into(node.default);
    case 'transform':
      need(node.input);
      into(node.rule);
      return into(node.content);
    case 'hashprng':
      return node.inputs.forEach(need);
    case 'formula':
      node.variables.forEach(need);
      for (const v of node.variables) {
        if (c.inputs.find((i) => i.name === v)?.type === 'real') continue;
        throw userError({
          code: 'correctionlib.formula',
          message: `correction "${c.name}": a formula uses "${v}", which is not real`,
          expected: 'an input of type real',
        });
      }
      if (node.variables.length <= 4) return;
      throw userError({
        code: 'correctionlib.formula',
        message: `correction "${c.name}": a formula has too many variables`,
        got: String(node.variables.length),
        expected: 'four at most',
      });
    case 'formularef':
      if (node.index < (c.generic_formulas?.length ?? 0)) return;
      throw userError({
        code: 'correctionlib.formularef',
        message: `correction "${c.name}" refers to generic formula ${node.index}`,
        expected: `below ${c.generic_formulas?.length ?? 0}`,
      });
    case 'lwtnn':
      return;
  }
}
