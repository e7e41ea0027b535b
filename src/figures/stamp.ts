import { crc32 } from '../base/crc32.js';

/** An SVG with a comment before its end. The text may not hold `--`, as a stamp does not. */
export const stampSvg = (svg: string, stamp: string): string =>
  svg.replace(/<\/svg>\s*$/, (end) => `<!-- ${stamp.replaceAll('--', '- -')} -->\n${end}`);

const HEADER_END = 8 + 4 + 4 + 13 + 4; // signature; length, name, content and checksum of IHDR

/** A PNG with a text chunk behind its header. The text is Latin-1. */
export function stampPng(png: Buffer, stamp: string): Buffer {
  const body = Buffer.from(`tEXtSource\0${stamp}`, 'latin1');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length - 4);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([png.subarray(0, HEADER_END), length, body, sum, png.subarray(HEADER_END)]);
}
