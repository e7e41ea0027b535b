import type { CorrectionSet } from './schema.js';

const INTEGERS = new Set(['schema_version', 'version', 'n', 'index', 'key']);

/**
 * The JSON text of a file. Real numbers carry a point or an exponent (4.0): correctionlib's reader takes an edge written
 * as an integer for one of the wrong type.
 */
export const serialize = (set: CorrectionSet): string => text(set, '');

function text(value: unknown, key: string): string {
  if (typeof value === 'number') return INTEGERS.has(key) ? String(value) : real(value);
  if (typeof value !== 'object' || value === null || key === 'opaque') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((v) => text(v, key)).join(',')}]`;
  const entries = Object.entries(value).filter(([, v]) => v !== undefined);
  return `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${text(v, k)}`).join(',')}}`;
}

function real(value: number): string {
  const digits = Object.is(value, -0) ? '-0' : String(value);
  return /[.e]/.test(digits) ? digits : `${digits}.0`;
}
