import { userError } from '../base/error.js';
import type { FitModel } from './model.js';
import type { ParameterTable } from './parameter-table.js';

/** @throws userError where a model has no components or names things twice */
export function checkModel({ categories }: FitModel): void {
  if (!categories.length || categories.some((c) => !c.components.length))
    throw userError({ code: 'fit.no-components', message: 'a fit needs at least one component in every category' });
  const unique = (names: readonly string[], what: string): void => {
    const again = names.find((name, i) => names.indexOf(name) !== i);
    if (again !== undefined)
      throw userError({ code: 'fit.name-twice', message: `two ${what} are called "${again}"`, path: again });
  };
  unique(
    categories.map((c) => c.name),
    'categories',
  );
  for (const { components } of categories)
    unique(
      components.map((c) => c.name),
      'components',
    );
}

/** @throws userError for constraints on what is no parameter, or without an error */
export function checkConstraints({ constraints = [] }: FitModel, table: ParameterTable): void {
  const names = table.entries.map((entry) => entry.name);
  for (const { parameter, error } of constraints) checkConstraint(names, parameter, error);
}

function checkConstraint(names: readonly string[], parameter: string, error: number): void {
  if (!names.includes(parameter))
    throw userError({
      code: 'fit.unknown-parameter',
      message: `a constraint on an unknown parameter "${parameter}"`,
      path: parameter,
      expected: names.join(', '),
    });
  if (!(error > 0 && error < Infinity))
    throw userError({
      code: 'fit.constraint',
      message: 'the error of a constraint must be positive and finite',
      path: parameter,
      got: String(error),
    });
}
