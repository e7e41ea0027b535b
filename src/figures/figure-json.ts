import type { Figure } from './figure.js';

/**
 * The figure's data as JSON, one column of numbers a line. NaN and infinities become null;
 * what is undefined is left out; the order of keys is that of the figure: same figure, same bytes.
 */
export function figureJson(figure: Figure & { readonly provenance?: string }): string {
  return `${write(figure, '')}\n`;
}

function write(value: unknown, indent: string): string {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : 'null';
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  if (isNumbers(value)) return `[${Array.from(value, (v) => write(v, '')).join(', ')}]`;
  const deeper = `${indent}  `;
  if (Array.isArray(value)) {
    if (!value.length) return '[]';
    return `[\n${value.map((item) => deeper + write(item, deeper)).join(',\n')}\n${indent}]`;
  }
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  if (!entries.length) return '{}';
  return `{\n${entries.map(([key, item]) => `${deeper}${JSON.stringify(key)}: ${write(item, deeper)}`).join(',\n')}\n${indent}}`;
}

const isNumbers = (value: object): value is ArrayLike<number> =>
  (ArrayBuffer.isView(value) && !(value instanceof DataView)) ||
  (Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'number'));
