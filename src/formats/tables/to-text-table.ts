import { pdgDecimals } from '../../figures/report/rounding.js';
import type { Estimate } from '../../hist/estimate.js';
import type { RateTable, TableHead, WeightTable } from '../../hist/weight-table.js';
import { estimatesOf, isWeightTable, statBand, systBand } from './estimates.js';
import { binsOf } from './grid.js';
import { isFakeRate } from './names.js';

type Any = WeightTable | RateTable;

interface Words {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/**
 * A table in Markdown (GitHub's): one row a bin, values rounded after the Particle Data Group, statistical and systematic
 * uncertainty, flags. Bins that were not measured are there, with the reason.
 */
export function toMarkdown(table: Any): string {
  const { head, rows } = words(table, markdownNumber);
  const escape = (text: string): string => text.replaceAll('|', '\\|');
  const line = (cells: readonly string[]): string => `| ${cells.map(escape).join(' | ')} |`;
  return `${[caption(table), '', line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')}\n`;
}

/** The same as a LaTeX `table` with booktabs rules; needs `\usepackage{booktabs}`. */
export function toLatex(table: Any, options: { readonly label?: string | undefined } = {}): string {
  const { head, rows } = words(table, latexNumber);
  const line = (cells: readonly string[]): string => `    ${cells.join(' & ')} \\\\`;
  const label = options.label === undefined ? [] : [`  \\label{${options.label}}`];
  return `${[
    '\\begin{table}',
    '  \\centering',
    `  \\caption{${latexText(caption(table))}}`,
    ...label,
    `  \\begin{tabular}{${'l'.repeat(head.length)}}`,
    '    \\toprule',
    line(head.map(latexText)),
    '    \\midrule',
    ...rows.map((cells) => line(cells.map((cell) => (cell.startsWith('$') ? cell : latexText(cell))))),
    '    \\bottomrule',
    '  \\end{tabular}',
    '\\end{table}',
  ].join('\n')}\n`;
}

function caption(table: Any): string {
  const head: TableHead = table;
  const what = isFakeRate(head)
    ? `${head.truth.name} taken for ${head.reco.name}`
    : `${head.reco.name} ${head.side === 'identified' ? 'identified' : 'not identified'}`;
  const where = isWeightTable(table) ? 'data over simulation' : table.sample;
  return `${what}, ${head.cut}${head.precut === '' ? '' : `, after ${head.precut}`}: ${where}. Bins (low, high].`;
}

function words(table: Any, number: (estimate: Estimate) => string): Words {
  const weight = isWeightTable(table);
  const head = [...table.axes.map((a) => a.column), ...(weight ? ['data', 'simulation', 'ratio'] : ['rate']), 'flags'];
  // Quantiles have all digits; six of them tell edges apart, else all stand.
  const plain = table.axes.map(({ edges }) => edges.some((e, i) => i > 0 && short(e) === short(edges[i - 1])));
  const edge = (value: number, a: number): string => String(plain[a] ? value : short(value));
  const rows = binsOf(table.axes).map((bounds, i) => {
    const bins = bounds.map(([low, high], a) => `${edge(low, a)} – ${edge(high, a)}`.replaceAll('-', '−'));
    const flags = table.cells[i].flags.join(' ');
    const numbers = weight
      ? [table.cells[i].data.rate, table.cells[i].simulation.rate, table.cells[i].ratio]
      : estimatesOf(table).slice(i, i + 1);
    return [...bins, ...numbers.map(number), flags];
  });
  return { head, rows };
}

const short = (edge: number): number => Number(edge.toPrecision(6));

interface NumberText {
  readonly value: string;
  /** ` ± 0.012`, or `^{+0.013}_{−0.011}`; empty where there is none. */
  readonly stat: string;
  readonly syst: string;
}

/**
 * A value with its errors, all to the decimals that the rule of the PDG gives the smaller one; but at most to one more than the larger
 * one's: an error that is nothing beside the other does not ask for digits.
 */
function numberText(estimate: Estimate): NumberText {
  const both = [statBand(estimate), systBand(estimate)];
  const known = both.map(({ up, down }) => Math.max(up, down)).filter((d) => d > 0);
  const asked = known.map((d) => pdgDecimals(d) ?? 0);
  const decimals = known.length > 0 ? Math.max(0, Math.min(Math.max(...asked), Math.min(...asked) + 1)) : 4;
  const fixed = (v: number): string => v.toFixed(Math.min(decimals, 15)).replace('-', '−');
  const write = ({ up, down }: { up: number; down: number }): string => {
    if (up === 0 && down === 0) return '';
    const [a, b] = [fixed(up), fixed(down)];
    return a === b ? ` ± ${a}` : `^{+${a}}_{−${b}}`;
  };
  return { value: fixed(estimate.value), stat: write(both[0]), syst: write(both[1]) };
}

function markdownNumber(estimate: Estimate): string {
  if (!Number.isFinite(estimate.value)) return '–';
  const { value, stat, syst } = numberText(estimate);
  const text = syst === '' ? `${value}${stat}` : `${value}${stat} (stat)${syst} (syst)`;
  return text.replace(/\^\{\+([^}]*)\}_\{−([^}]*)\}/g, ' +$1 −$2');
}

function latexNumber(estimate: Estimate): string {
  if (!Number.isFinite(estimate.value)) return '--';
  const { value, stat, syst } = numberText(estimate);
  const of = (error: string, name: string): string => (error === '' ? '' : `${error}\\,\\mathrm{(${name})}`);
  const text = syst === '' ? `${value}${stat}` : `${value}${of(stat, 'stat')}${of(syst, 'syst')}`;
  return `$${text.replaceAll('±', '\\pm').replaceAll('−', '-')}$`;
}

const latexText = (text: string): string =>
  text
    .replace(/[\\{}]/g, (c) => (c === '\\' ? '\\textbackslash{}' : `\\${c}`))
    .replace(/[&%$#_]/g, (c) => `\\${c}`)
    .replace(/\^/g, '\\textasciicircum{}')
    .replace(/~/g, '\\textasciitilde{}')
    .replace(/[<>|]/g, (c) => `$${c}$`)
    .replaceAll('–', '--')
    .replaceAll('−', '$-$');
