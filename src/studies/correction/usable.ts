import { userError } from '../../base/error.js';
import type { ColumnTransform } from '../../models/column-transform.js';
import type { TaskContext } from '../../runs/task.js';
import { domainOf } from './transform.js';

/** How many values of a column cannot be learnt from, and why. */
export type BadCounts = { nan: number; infinite: number; outside: number };

/** Marks rows whose value cannot be learnt from, and counts why. */
export function countBad(values: Float64Array, transform: ColumnTransform, usable: Uint8Array): BadCounts {
  const { holds } = domainOf(transform);
  const counts = { nan: 0, infinite: 0, outside: 0 };
  values.forEach((value, row) => {
    if (Number.isNaN(value)) counts.nan++;
    else if (!Number.isFinite(value)) counts.infinite++;
    else if (!holds(value)) counts.outside++;
    else return;
    usable[row] = 0;
  });
  return counts;
}

/** Tells the user of values that cannot be learnt from. */
export function warnBad(
  context: TaskContext,
  sample: string,
  { column, transform }: { readonly column: string; readonly transform: ColumnTransform },
  bad: BadCounts,
): void {
  const { words } = domainOf(transform);
  const where = `"${column}" of ${sample}`;
  if (bad.nan) context.warn(`NaN in ${where}: not used, passed through unchanged`, bad.nan);
  if (bad.infinite) context.warn(`infinite values in ${where}: not used, passed through unchanged`, bad.infinite);
  if (bad.outside)
    context.warn(
      `values of ${where} that are not ${words}, as ${transform} needs: not used, passed through unchanged`,
      bad.outside,
    );
}

/** Fewer events than these, on either side of the hold-out, teach and judge nothing. */
const FEWEST = 10;

/** @throws userError `correction.too-few-rows` */
export function checkEnough(sample: string, used: number, heldOut: number, holdOut: number): void {
  const training = used - heldOut;
  const judging = holdOut > 0 ? heldOut : used;
  if (training >= FEWEST && judging >= FEWEST) return;
  throw userError({
    code: 'correction.too-few-rows',
    message: `too few events of ${sample}: ${training} to learn from, ${judging} to judge with`,
    path: `samples.${sample}`,
    expected: `at least ${FEWEST} of each`,
    hint: 'loosen "select", or name more files',
  });
}

interface NamedValues {
  readonly column: string;
  readonly values: Float64Array;
}

const isConstant = ({ values }: NamedValues): boolean => values.every((value) => Object.is(value, values[0]));

/**
 * A variable that has one value only cannot be mapped; any other column that has one is worth a word.
 *
 * @throws userError `correction.constant`
 */
export function checkConstant(
  context: TaskContext,
  sample: string,
  columns: { readonly variables: readonly NamedValues[]; readonly others: readonly NamedValues[] },
): void {
  columns.variables.forEach((variable, i) => {
    if (!isConstant(variable)) return;
    const { column, values } = variable;
    throw userError({
      code: 'correction.constant',
      message: `"${column}" of ${sample} is ${values[0]} in all ${values.length} events that can be used`,
      path: `variables[${i}].column`,
      expected: 'a column with different values',
      hint: 'leave it out of "variables", or loosen "select"',
    });
  });
  for (const other of columns.others)
    if (isConstant(other)) {
      const is = Number.isNaN(other.values[0]) ? 'has no value' : 'is constant';
      context.warn(`"${other.column}" of ${sample} ${is}`, other.values.length);
    }
}
