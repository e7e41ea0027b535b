import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Json } from './json.js';

/** The SHA-256 of a text (as UTF-8) or of bytes, in 64 hexadecimal digits. */
export const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

/**
 * The SHA-256 of a file, read as a stream (constant memory).
 *
 * @param onBytes called with the number of bytes of each block read, for progress
 */
export async function sha256File(path: string, onBytes?: (bytes: number) => void): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), async (blocks) => {
    for await (const block of blocks as AsyncIterable<Buffer>) {
      hash.update(block);
      onBytes?.(block.length);
    }
  });
  return hash.digest('hex');
}

/**
 * JSON with sorted keys and no blanks: equal values give equal texts, whatever the order in which they were written.
 * Keys whose value is undefined are left out.
 *
 * @throws TypeError for what JSON cannot hold (NaN, infinity, bigint, functions), naming the place
 * @example stableJson({ b: 1, a: [2, undefined] }) // '{"a":[2,null],"b":1}'
 */
export function stableJson(value: Json | undefined, indent = 0): string {
  return JSON.stringify(sorted(value, ''), undefined, indent) ?? 'null';
}

function sorted(value: unknown, at: string): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`${at || 'value'} is ${value}, which JSON cannot hold`);
    return value;
  }
  if (value === undefined) return undefined;
  if (Array.isArray(value)) return value.map((item, i) => sorted(item, `${at}[${i}]`) ?? null);
  if (typeof value !== 'object' || ArrayBuffer.isView(value)) {
    throw new TypeError(`${at || 'value'} is ${describe(value)}, which JSON cannot hold`);
  }
  // Assigning to an object would move integer-like keys to the front; JSON.stringify does so for every object alike,
  // so the order stays a function of the key set.
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item, at ? `${at}.${key}` : key)]));
}

const describe = (value: unknown): string => (ArrayBuffer.isView(value) ? value.constructor.name : `a ${typeof value}`);
