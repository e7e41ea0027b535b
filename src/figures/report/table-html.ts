import { lineHtml, mathHtml } from './prose.js';
import type { Estimate, ReportTable, SummaryRow } from './report.js';
import { formatEstimate, formatNumber } from './rounding.js';

/** A table; columns of numbers stand flush right. */
export function tableHtml({ caption, columns, rows }: ReportTable): string {
  const numeric = columns.map((_, i) => rows.length > 0 && rows.every((row) => typeof row[i] === 'number'));
  const mark = (i: number): string => (numeric[i] ? ' class="number"' : '');
  const head = columns.map((name, i) => `<th scope="col"${mark(i)}>${lineHtml(name)}</th>`).join('');
  const body = rows.map((row) => {
    const cells = row.map(
      (cell, i) => `<td${mark(i)}>${typeof cell === 'number' ? mathHtml(formatNumber(cell)) : lineHtml(cell)}</td>`,
    );
    return `<tr>${cells.join('')}</tr>`;
  });
  const title = caption ? `<caption>${lineHtml(caption)}</caption>` : '';
  return `<div class="scroll"><table>${title}<thead><tr>${head}</tr></thead><tbody>${body.join('\n')}</tbody></table></div>`;
}

/** A rounded estimate; unequal errors stand above each other. */
function estimateHtml(value: Estimate | string): string {
  if (typeof value === 'string') return lineHtml(value);
  const text = formatEstimate(value);
  const pair = /^(.*)\^\{(\+[^}]*)\}_\{(−[^}]*)\}(.*)$/u.exec(text);
  if (!pair) return mathHtml(text);
  const [, before = '', up = '', down = '', after = ''] = pair;
  return `${mathHtml(before)}<span class="updown"><span>${up}</span><span>${down}</span></span>${mathHtml(after)}`;
}

/** The headline numbers, group by group in the order in which the groups first appear. */
export function summaryHtml(rows: readonly SummaryRow[]): string {
  const groups = [...new Set(rows.map((row) => row.group))];
  const noted = rows.some((row) => row.note);
  const paired = rows.some((row) => row.before !== undefined);
  const cell = (value: Estimate | string, unit: string | undefined): string =>
    `${estimateHtml(value)}${unit ? ` ${mathHtml(unit)}` : ''}`;
  const line = ({ name, value, before, unit, note }: SummaryRow): string => {
    const first = paired && before !== undefined ? `<td class="value">${cell(before, unit)}</td>` : '';
    // A number without a before spans both columns: it belongs to neither.
    const wide = paired && before === undefined ? ' colspan="2"' : '';
    const last = noted ? `<td class="note">${note ? lineHtml(note) : ''}</td>` : '';
    return `<tr><th scope="row">${lineHtml(name)}</th>${first}<td class="value"${wide}>${cell(value, unit)}</td>${last}</tr>`;
  };
  const body = groups.flatMap((group) => {
    const own = rows.filter((row) => row.group === group);
    const sides = own.some((row) => row.before !== undefined);
    const columns = sides ? '<th scope="col">Before</th><th scope="col">After</th>' : '';
    const span = 1 + (sides ? 0 : paired ? 2 : 1);
    const head = group
      ? `<tr class="group"><th colspan="${span}" scope="rowgroup">${lineHtml(group)}</th>${columns}${noted ? '<td></td>' : ''}</tr>`
      : sides
        ? `<tr class="group"><td></td>${columns}${noted ? '<td></td>' : ''}</tr>`
        : '';
    return [head, ...own.map(line)].filter(Boolean);
  });
  return `<div class="scroll"><table class="summary"><tbody>${body.join('\n')}</tbody></table></div>`;
}
