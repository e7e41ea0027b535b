import { taskError } from '../base/error.js';
import type { Json } from '../base/json.js';

/** A headline number: alone, with a symmetric error, or with the distances to the ends of its 68 % band. */
export type SummaryValue =
  | number
  | { readonly value: number; readonly error: number }
  | { readonly value: number; readonly up: number; readonly down: number };

/** `summary.json`: dotted names and their numbers. */
export type Summary = Readonly<Record<string, SummaryValue>>;

/**
 * Check that a result may stand in `summary.json`.
 *
 * @throws taskError `summary.invalid`, naming the entry
 */
export function parseSummary(result: Json, task: string): Summary {
  if (result === null || typeof result !== 'object' || Array.isArray(result)) {
    throw invalid(task, 'the summary', result, 'an object of names and numbers');
  }
  const forms = 'a finite number, { value, error } or { value, up, down }';
  for (const [name, value] of Object.entries(result as Record<string, Json | undefined>)) {
    if (isNumber(value)) continue;
    const keys = value !== null && typeof value === 'object' && !Array.isArray(value) ? Object.keys(value).sort() : [];
    const form = keys.join(' ');
    const known = form === 'error value' || form === 'down up value';
    if (!known || !Object.values(value as object).every(isNumber))
      throw invalid(task, `summary entry "${name}"`, value, forms);
  }
  return result as Summary;
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

const invalid = (task: string, what: string, got: Json | undefined, expected: string) =>
  taskError({
    code: 'summary.invalid',
    message: `${what} is not ${expected}`,
    path: task,
    got: JSON.stringify(got) ?? 'nothing',
    expected,
  });
