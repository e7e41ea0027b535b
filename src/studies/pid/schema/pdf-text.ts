import { isFamily, unknownFamily, type FamilyName } from '../../../fit/densities/families.js';
import type { FamilySpec, PdfSpec } from '../../../fit/pdf-spec.js';

export const MOST_ORDER = 12;

/** Either what was meant, or what is wrong with it. */
export type TextResult = { readonly spec: PdfSpec } | { readonly problem: string };

/**
 * The compact form of a density: its name, with the degree of a polynomial or the side of a Crystal Ball's tail after a
 * colon; several joined by + are a sum.
 *
 * @example readPdfText('chebyshev:2') // { spec: { pdf: 'chebyshev', order: 2, parameters: {} } }
 * readPdfText('gaussian + crystalBall:right')
 */
export function readPdfText(text: string): TextResult {
  const parts = text.split('+').map((part) => one(part.trim()));
  const specs: FamilySpec[] = [];
  for (const part of parts) {
    if ('problem' in part) return part;
    specs.push(part.spec);
  }
  return { spec: specs.length === 1 ? specs[0] : { sum: specs, parameters: {} } };
}

function one(text: string): { readonly spec: FamilySpec } | { readonly problem: string } {
  const [name, argument, ...rest] = text.split(':').map((piece) => piece.trim());
  if (name === '') return { problem: 'a density is named, such as "gaussian" or "chebyshev:2"' };
  if (!isFamily(name)) return { problem: unknownFamily(name) };
  if (argument === undefined) return { spec: { pdf: name, parameters: {} } };
  if (rest.length)
    return { problem: `one number or word may follow "${name}:", not "${[argument, ...rest].join(':')}"` };
  return withArgument(name, argument);
}

function withArgument(name: FamilyName, argument: string) {
  if (name === 'chebyshev' || name === 'bernstein') {
    const order = /^\d+$/.test(argument) ? Number(argument) : Number.NaN;
    if (order <= MOST_ORDER) return { spec: { pdf: name, order, parameters: {} } };
    return { problem: `the degree after "${name}:" is a whole number from 0 to ${MOST_ORDER}, not "${argument}"` };
  }
  if (name === 'crystalBall') {
    if (argument === 'left' || argument === 'right')
      return { spec: { pdf: name, tail: argument, parameters: {} } } as const;
    return { problem: `the side after "crystalBall:" is left or right, not "${argument}"` };
  }
  return { problem: `"${name}" takes nothing after a colon, but got "${argument}"` };
}
