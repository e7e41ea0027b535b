import { isUtf8 } from 'node:buffer';
import { open, type FileHandle } from 'node:fs/promises';
import { userError } from '../../base/error.js';
import { emptyFile } from '../file-error.js';
import type { Warning } from '../warning.js';

/** How a CSV file is written, found from its bytes. */
export interface CsvShape {
  readonly delimiter: string;
  readonly header: readonly string[];
  readonly warnings: readonly Warning[];
  /** Mean length of the first lines. */
  readonly bytesPerLine: number;
}

const LINE_FEED = 10;
const RETURN = 13;
const BLOCK = 1 << 20;

/**
 * Reads a CSV file once, byte by byte where it must: header, delimiter, byte-order mark, line ends.
 *
 * @throws userError `events.empty-file`, `events.no-header`, `events.duplicate-column`, `events.not-text`, `events.not-utf8`
 */
export async function scanCsv(file: string): Promise<CsvShape> {
  const handle = await open(file, 'r');
  try {
    const block = Buffer.allocUnsafe(BLOCK);
    let head: Buffer | undefined;
    let last = LINE_FEED;
    let returns = 0;
    for (let at = 0; ;) {
      const { bytesRead } = await handle.read(block, 0, BLOCK, at);
      if (bytesRead === 0) break;
      // A letter that the block's end cuts is left to the next block.
      const part = block.subarray(0, bytesRead - (bytesRead === BLOCK ? cutLetter(block) : 0));
      head ??= Buffer.from(part);
      if (head.subarray(0, 4096).includes(0)) throw notText(file, head);
      if (!isUtf8(part)) throw notUtf8(file, part, await linesBefore(handle, at));
      returns += count(part, RETURN);
      last = part[part.length - 1];
      at += part.length;
    }
    if (!head) throw emptyFile(file);
    const bom = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf;
    const warnings: Warning[] = [];
    const warn = (code: string, message: string, count: number): void => {
      warnings.push({ code: `events.${code}`, message: `${message} in ${file}`, count, path: file });
    };
    if (bom) warn('bom', 'byte-order mark', 1);
    if (returns > 0) warn('crlf', 'Windows line ends (CRLF)', returns);
    if (last !== LINE_FEED) warn('no-last-newline', 'the last line has no line end', 1);
    return {
      ...header(head.subarray(bom ? 3 : 0).toString('utf8'), file),
      warnings,
      bytesPerLine: head.length / Math.max(1, count(head, LINE_FEED)),
    };
  } finally {
    await handle.close();
  }
}

function count(part: Buffer, byte: number): number {
  let n = 0;
  for (let i = part.indexOf(byte); i >= 0; i = part.indexOf(byte, i + 1)) n++;
  return n;
}

/** Line ends in the first bytes of a file: counted only for an error's sake, for a search per line takes its time. */
async function linesBefore(handle: FileHandle, end: number): Promise<number> {
  const block = Buffer.allocUnsafe(BLOCK);
  let lines = 0;
  for (let at = 0; at < end;) {
    const { bytesRead } = await handle.read(block, 0, Math.min(BLOCK, end - at), at);
    lines += count(block.subarray(0, bytesRead), LINE_FEED);
    at += bytesRead;
  }
  return lines;
}

/** Bytes at the end that are the beginning of a letter of UTF-8. */
function cutLetter(block: Buffer): number {
  for (let back = 1; back <= 3; back++) {
    const byte = block[block.length - back];
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    if (length > 1) return length > back ? back : 0;
    if (byte < 0x80) return 0;
  }
  return 0;
}

function notText(file: string, head: Buffer): Error {
  const wide = (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);
  return userError({
    code: 'events.not-text',
    message: wide ? `${file} is written in UTF-16` : `${file} holds zero bytes: it is no CSV file`,
    path: file,
    expected: 'text in UTF-8',
    ...(wide ? { hint: `iconv -f UTF-16 -t UTF-8 ${file}` } : {}),
  });
}

function notUtf8(file: string, part: Buffer, before: number): Error {
  const text = new TextDecoder('utf-8').decode(part);
  const line = before + count(Buffer.from(text.slice(0, text.indexOf('\ufffd'))), LINE_FEED) + 1;
  return userError({
    code: 'events.not-utf8',
    message: `line ${line} of ${file} holds letters that are not UTF-8`,
    path: `${file}:${line}`,
    expected: 'text in UTF-8',
    hint: `iconv -f LATIN1 -t UTF-8 ${file}`,
  });
}

function header(text: string, file: string): { delimiter: string; header: string[] } {
  const line = /^(?:"(?:[^"]|"")*"|[^"\r\n])*/.exec(text)?.[0] ?? '';
  const bare = line.replace(/"(?:[^"]|"")*"/g, '');
  const counts = [',', ';', '\t', '|'].map((d) => ({ d, n: bare.split(d).length - 1 }));
  const best = counts.reduce((a, b) => (b.n > a.n ? b : a));
  const delimiter = best.n > 0 ? best.d : ',';
  const names = split(line, delimiter);
  if (names.every((name) => name !== '' && !Number.isNaN(Number(name)))) {
    throw userError({
      code: 'events.no-header',
      message: `the first line of ${file} holds numbers, not column names`,
      path: `${file}:1`,
      got: line.slice(0, 80),
      expected: 'a header line with one name per column',
    });
  }
  names.forEach((name, i) => {
    if (name === '') names[i] = i === 0 ? 'index' : `column${i}`; // pandas writes its index without a name
  });
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw userError({
      code: 'events.duplicate-column',
      message: `column "${twice}" stands twice in the header of ${file}`,
      path: `${file}:1`,
      got: line.slice(0, 80),
      hint: 'give each column a name of its own',
    });
  }
  return { delimiter, header: names };
}

function split(line: string, delimiter: string): string[] {
  const cells = [''];
  let quoted = false;
  for (const c of line) {
    if (c === '"') quoted = !quoted;
    if (c === delimiter && !quoted) cells.push('');
    else cells[cells.length - 1] += c;
  }
  return cells.map((cell) => {
    const name = cell.trim();
    return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"').trim() : name;
  });
}
