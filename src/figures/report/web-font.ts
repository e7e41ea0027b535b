import { readFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import { boldKerning, regularKerning } from '../font-metrics.js';
import { fontFiles } from '../fonts.js';
import { readTables, subset } from './subset-font.js';

function checksum(data: Buffer): number {
  const padded = Buffer.alloc(Math.ceil(data.length / 4) * 4);
  data.copy(padded);
  let sum = 0;
  for (let i = 0; i < padded.length; i += 4) sum = (sum + padded.readUInt32BE(i)) >>> 0;
  return sum;
}

/** Packs tables as WOFF 1.0 (W3C Recommendation, 2012). */
function woff(tables: readonly (readonly [string, Buffer])[]): Buffer {
  const header = Buffer.alloc(44 + 20 * tables.length);
  const bodies: Buffer[] = [];
  let offset = header.length;
  let plain = 12 + 16 * tables.length;
  tables.forEach(([tag, data], i) => {
    const packed = deflateSync(data, { level: 9 });
    const body = packed.length < data.length ? packed : data;
    const entry = 44 + 20 * i;
    header.write(tag, entry, 'latin1');
    [offset, body.length, data.length, checksum(data)].forEach((v, k) => header.writeUInt32BE(v, entry + 4 + 4 * k));
    const padded = Buffer.alloc(Math.ceil(body.length / 4) * 4);
    body.copy(padded);
    bodies.push(padded);
    offset += padded.length;
    plain += Math.ceil(data.length / 4) * 4;
  });
  header.write('wOFF', 0, 'latin1');
  header.writeUInt32BE(0x00010000, 4);
  header.writeUInt32BE(offset, 8);
  header.writeUInt16BE(tables.length, 12);
  header.writeUInt32BE(plain, 16);
  header.writeUInt16BE(1, 20);
  return Buffer.concat([header, ...bodies]);
}

const faces = {
  regular: { css: 'font-weight:400', kerning: regularKerning },
  italic: { css: 'font-weight:400;font-style:italic', kerning: regularKerning },
  bold: { css: 'font-weight:700', kerning: boldKerning },
} as const;

/** The characters that the SVGs in `page` write, by font style. */
export function writtenCharacters(page: string): Record<keyof typeof faces, Set<string>> {
  const used = { regular: new Set<string>(), italic: new Set<string>(), bold: new Set<string>() };
  for (const [, attributes = '', content = ''] of page.matchAll(/<text\b([^>]*)>(.*?)<\/text>/gs)) {
    const style = attributes.includes('font-weight="700"')
      ? 'bold'
      : attributes.includes('font-style="italic"')
        ? 'italic'
        : 'regular';
    const text = content
      .replace(/<[^>]*>/g, '')
      .replace(/&(lt|gt|amp|quot);/g, (_, name: string) => ({ lt: '<', gt: '>', amp: '&', quot: '"' })[name] ?? '');
    for (const c of text) used[style].add(c);
  }
  return used;
}

/** `@font-face` rules with just the glyphs that the figures in `page` need, so that they look alike on every machine. */
export function fontFaces(page: string): string {
  const used = writtenCharacters(page);
  return (Object.keys(faces) as (keyof typeof faces)[])
    .filter((style) => used[style].size)
    .map((style) => {
      const { css, kerning } = faces[style];
      const font = woff(subset(readTables(readFileSync(fontFiles[style])), used[style], kerning));
      return `@font-face{font-family:Arimo;${css};src:url(data:font/woff;base64,${font.toString('base64')}) format("woff")}`;
    })
    .join('\n');
}
