import type { Pdf, PdfParameter } from '../pdf.js';

/** A density inside a composition: which of the whole's parameters, and which of its variables, are its own. */
export interface Part {
  readonly pdf: Pdf;
  readonly parameters: readonly number[];
  readonly variables: readonly number[];
}

/** A composition's parts laid side by side: what each takes of the whole's parameters, constants and columns. */
export interface Layout {
  readonly columns: Pdf['columns'];
  readonly exchanges: Pdf['exchanges'];
  readonly constantCount: number;
  parametersOf<T>(part: number, whole: readonly T[]): readonly T[];
  constantsOf<T>(part: number, whole: readonly T[]): readonly T[];
  /** The events' variables and columns of a part. */
  eventsOf<T>(part: number, whole: readonly T[]): readonly T[];
}

export function layout(parts: readonly Part[], variables: number): Layout {
  let next = variables;
  const columns = parts.map(({ pdf }) => pdf.columns.map(() => next++));
  let first = 0;
  const constants = parts.map(({ pdf }) => [first, (first += pdf.constantCount)] as const);
  const pick = <T>(at: readonly number[], whole: readonly T[]): readonly T[] => at.map((i) => whole[i]);
  return {
    columns: parts.flatMap((part) =>
      part.pdf.columns.map((column) => (x: readonly Float64Array[]) => column(pick(part.variables, x))),
    ),
    exchanges: parts.flatMap(({ pdf, parameters: at }) =>
      pdf.exchanges.map(({ first, second, fraction }) => ({
        first: at[first],
        second: at[second],
        fraction: at[fraction],
      })),
    ),
    constantCount: first,
    constantsOf: (part, all) => all.slice(...constants[part]),
    parametersOf: (part, whole) => pick(parts[part].parameters, whole),
    eventsOf: (part, whole) => pick([...parts[part].variables, ...columns[part]], whole),
  };
}

/**
 * Parts that share nothing: their parameters one after the other, each named after its part (`gaussian1.mean`) where
 * there are several parts.
 */
export function separateParts(
  pdfs: readonly Pdf[],
  names: readonly string[],
  variables: readonly (readonly number[])[],
): { readonly parts: readonly Part[]; readonly parameters: readonly PdfParameter[] } {
  const parameters: PdfParameter[] = [];
  const parts = pdfs.map((pdf, i) => {
    const at = pdf.parameters.map((parameter) => {
      const variable = variables[i][parameter.variable];
      return parameters.push({ ...parameter, name: `${names[i]}.${parameter.name}`, variable }) - 1;
    });
    return { pdf, parameters: at, variables: variables[i] };
  });
  return { parts, parameters };
}
