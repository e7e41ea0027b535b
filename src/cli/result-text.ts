import type { Json } from '../base/json.js';

/** A result as aligned lines, nested names joined by dots. */
export function resultText(value: Json): string {
  const lines = flat(value, '');
  const width = Math.max(0, ...lines.map(([name]) => name.length));
  return lines.map(([name, text]) => `${name.padEnd(width)}  ${text}`).join('\n');
}

function flat(value: Json | undefined, name: string): [string, string][] {
  if (value === undefined) return [];
  if (value === null || typeof value !== 'object') return [[name, String(value)]];
  if (Array.isArray(value))
    return [[name, value.map((item) => (typeof item === 'object' ? JSON.stringify(item) : String(item))).join(', ')]];
  return Object.entries(value).flatMap(([key, item]) => flat(item, name ? `${name}.${key}` : key));
}
