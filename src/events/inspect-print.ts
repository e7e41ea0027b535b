import type { ColumnSummary } from './column-summary.js';
import type { FileSummary } from './inspect.js';

const WIDTH = 100;

/** A summary as a table for people, at most 100 characters wide. */
export function printSummary(summary: FileSummary): string {
  const { path, format, rows, columns, trees, tree, duplicates, warnings } = summary;
  const lines = [`${path}  (${format}${tree === undefined || tree === '' ? '' : `, ${tree}`})`];
  lines.push(
    `${plural(rows, 'row')}, ${plural(columns.length, 'column')}${duplicates ? `, ${plural(duplicates, 'duplicate row')} (${percent(duplicates, rows)})` : ''}`,
  );
  const others = trees.filter((t) => t.name !== tree);
  if (others.length > 0) {
    lines.push(
      `other trees: ${others.map((t) => `${t.name} (${count(t.rows)}${t.unreadable === undefined ? '' : ', unreadable'})`).join(', ')}`,
    );
  }
  for (const w of warnings) lines.push(`warning: ${w.message} (${count(w.count)})`);
  const cells = columns.map((c) => [c.name, shortType(c), ...range(c), notes(c, rows)]);
  const head = ['column', 'type', 'min', 'max', 'mean', ''];
  const widths = [0, 1, 2, 3, 4].map((i) => Math.max(head[i].length, ...cells.map((c) => c[i].length)));
  widths[0] = Math.min(widths[0], 36);
  const line = (c: readonly string[]): string => {
    const name = c[0].length > widths[0] ? `${c[0].slice(0, widths[0] - 1)}…` : c[0];
    const start = `${name.padEnd(widths[0])}  ${c[1].padEnd(widths[1])}  ${[2, 3, 4].map((i) => c[i].padStart(widths[i])).join('  ')}`;
    return wrap(start, c[5]);
  };
  return [...lines.flatMap((l) => wrap(l, '')), '', line(head), ...cells.map(line)].join('\n');
}

function wrap(start: string, note: string): string {
  if (note === '') return start.trimEnd();
  if (start.length + 2 + note.length <= WIDTH) return `${start}  ${note}`;
  return `${start}\n${' '.repeat(6)}${note}`;
}

const group = (n: number): string => String(n).replace(/\B(?=(\d{3})+(?!\d))/g, ' ');
const count = group;
const plural = (n: number, word: string): string => `${group(n)} ${word}${n === 1 ? '' : 's'}`;
const percent = (n: number, of: number): string => `${Number(((100 * n) / Math.max(1, of)).toPrecision(2))} %`;

function range(c: ColumnSummary): [string, string, string] {
  const { min, max, mean } = c;
  if (typeof min === 'string') return [cut(min), cut(String(max)), ''];
  return [show(min), show(max as number | undefined), show(mean)];
}

const cut = (text: string): string => (text.length > 12 ? `${text.slice(0, 11)}…` : text);

function show(value: number | undefined): string {
  if (value === undefined) return '';
  if (Number.isInteger(value) && Math.abs(value) < 1e12) return String(value);
  const short = Number(value.toPrecision(5));
  const size = Math.abs(short);
  return size !== 0 && (size < 1e-3 || size >= 1e7) ? short.toExponential() : String(short);
}

const SHORT: Readonly<Record<string, string>> = {
  FLOAT: 'float32',
  DOUBLE: 'float64',
  BIGINT: 'int64',
  INTEGER: 'int32',
};

function shortType(c: ColumnSummary): string {
  const stored = SHORT[c.stored] ?? c.stored;
  const text = stored.length > 16 ? `${stored.slice(0, 15)}…` : stored;
  return text.toLowerCase();
}

function notes(c: ColumnSummary, rows: number): string {
  if (c.unreadable !== undefined) return `cannot be read: ${c.unreadable}`;
  const of = c.elements ?? rows;
  const out: string[] = [];
  if (c.nan) out.push(`${count(c.nan)} NaN (${percent(c.nan, of)})`);
  if (c.infinite) out.push(`${count(c.infinite)} infinite`);
  for (const s of c.sentinels) out.push(`${show(s.value)} × ${count(s.count)} (${percent(s.count, of)})`);
  if (c.constant) out.push('constant');
  if (c.distinct !== undefined) out.push(`${count(c.distinct)} different`);
  if (c.elements !== undefined && rows > 0) out.push(`${Number((c.elements / rows).toPrecision(3))} per row`);
  return out.join(', ');
}
