import {
  boldKerning,
  boldWidths,
  regularKerning,
  regularWidths,
  unitsPerEm,
  type KerningTable,
  type WidthTable,
} from './font-metrics.js';
import { escapeXml, num } from './svg.js';

export type FontStyle = 'regular' | 'bold' | 'italic';

/** A piece of a label in one size and height; `scale` and `rise` are in units of the label's font size. */
export interface Run {
  readonly text: string;
  readonly scale: number;
  readonly rise: number;
  /** Signs with a bar above (antiparticles), by their place in the text; written as the sign and U+0304 or U+0305. */
  readonly barred: readonly number[];
  /** Starts where the run before it started: an exponent above an index. */
  readonly stacked: boolean;
}

const superscripts: Readonly<Record<string, string>> = {
  ...Object.fromEntries([...'⁰¹²³⁴⁵⁶⁷⁸⁹'].map((c, i) => [c, String(i)])),
  '⁺': '+',
  '⁻': '−',
  ⁿ: 'n',
};
const subscripts: Readonly<Record<string, string>> = {
  ...Object.fromEntries([...'₀₁₂₃₄₅₆₇₈₉'].map((c, i) => [c, String(i)])),
  '₊': '+',
  '₋': '−',
};

// Signs that the font lacks, by ones that it has.
const substitutes: Readonly<Record<string, string>> = {
  '∼': '~',
  '∓': '−/+',
  '⊕': '+',
  '∈': 'in',
  '⟨': '<',
  '⟩': '>',
  '∝': '~',
};

/** Writes ⁻¹ as ^{−1} and ₁₂ as _{12}, so that the signs of all fonts and outputs look alike. */
function normalise(label: string): string {
  const gather = (text: string, table: Readonly<Record<string, string>>, sign: string): string =>
    text.replace(new RegExp(`[${Object.keys(table).join('')}]+`, 'gu'), (found) => {
      return `${sign}{${[...found].map((c) => table[c]).join('')}}`;
    });
  return gather(
    gather(
      label.replace(/[∼∓⊕∈⟨⟩∝]/g, (c) => substitutes[c] ?? c),
      superscripts,
      '^',
    ),
    subscripts,
    '_',
  ).replace(/([\^_])\{-/g, '$1{−');
}

/** PDF has no combining signs: bars are taken out of the text and drawn. */
function withoutBars(text: string): Pick<Run, 'text' | 'barred'> {
  const barred: number[] = [];
  let plain = '';
  for (const c of text) {
    if (/[\u0304\u0305]/u.test(c)) barred.push(plain.length - 1);
    else plain += c;
  }
  return { text: plain, barred };
}

const shrink = 0.7;

/**
 * Splits a label into runs. `_{…}` and `^{…}` lower and raise, and may be nested; a lone `_` or `^` is itself,
 * so that column names such as `prong0_ML` need no care.
 *
 * @example parseLabel('p_{T}').map((r) => r.text) // ['p', 'T']
 */
export function parseLabel(label: string): Run[] {
  const runs: Run[] = [];
  const text = normalise(label);
  const walk = (from: number, scale: number, rise: number, nested: boolean): number => {
    let plain = '';
    let last: '^' | '_' | undefined;
    const flush = (): void => {
      if (plain) runs.push({ ...withoutBars(plain), scale, rise, stacked: false });
      if (plain) last = undefined;
      plain = '';
    };
    let i = from;
    while (i < text.length) {
      const c = text[i] ?? '';
      if (nested && c === '}') break;
      if ((c === '^' || c === '_') && text[i + 1] === '{') {
        flush();
        const first = runs.length;
        i = walk(i + 2, scale * shrink, rise + scale * (c === '^' ? 0.36 : -0.2), true) + 1;
        const stacked = last !== undefined && last !== c && runs.length === first + 1;
        const run = runs[first];
        if (stacked && run) runs[first] = { ...run, stacked };
        last = c;
      } else {
        plain += c;
        i++;
      }
    }
    flush();
    return i;
  };
  walk(0, 1, 0, false);
  return runs;
}

const widthMap = (table: WidthTable): Map<number, number> =>
  new Map(
    table.flatMap(([first, widths]) =>
      widths.split(' ').map((width, i): [number, number] => [first + i, Number(width)]),
    ),
  );
const kerningMap = (table: KerningTable): Map<string, number> =>
  new Map(table.flatMap(([shift, pairs]) => (pairs.match(/../g) ?? []).map((pair): [string, number] => [pair, shift])));
const regular = { widths: widthMap(regularWidths), kerning: kerningMap(regularKerning) };
const bold = { widths: widthMap(boldWidths), kerning: kerningMap(boldKerning) };

/** Width of plain text in pixels at a font size, kerning included; a sign without a glyph counts as 0.6 em. */
export function plainWidth(text: string, size: number, style: FontStyle = 'regular'): number {
  const { widths, kerning } = style === 'bold' ? bold : regular;
  let units = 0;
  let before = '';
  for (const c of text) {
    units += (widths.get(c.codePointAt(0) ?? 0) || 0.6 * unitsPerEm) + (kerning.get(before + c) ?? 0);
    before = c;
  }
  return (units / unitsPerEm) * size;
}

interface PlacedRun extends Run {
  readonly offset: number;
}

function place(label: string, size: number, style: FontStyle): { runs: PlacedRun[]; width: number } {
  let at = 0;
  let start = 0;
  let width = 0;
  const runs = parseLabel(label).map((run) => {
    if (run.stacked) at = start;
    start = at;
    const gap = run.rise !== 0 ? 0.03 * size : 0;
    const offset = at + gap;
    at = offset + plainWidth(run.text, size * run.scale, style);
    width = at = Math.max(run.stacked ? width : 0, at);
    return { ...run, offset };
  });
  return { runs, width };
}

/** Width of a label, mathematics included, in pixels at a font size. */
export const textWidth = (label: string, size: number, style: FontStyle = 'regular'): number =>
  place(label, size, style).width;

export interface TextOptions {
  readonly x: number;
  /** The baseline. */
  readonly y: number;
  readonly size: number;
  readonly anchor?: 'start' | 'middle' | 'end' | undefined;
  readonly style?: FontStyle | undefined;
  readonly fill?: string | undefined;
  /** Degrees, clockwise, round (x, y). */
  readonly rotate?: number | undefined;
  readonly opacity?: number | undefined;
}

/** An SVG text element. Raised and lowered runs are placed by the font's own metrics: no renderer has to guess. */
export function textSvg(label: string, options: TextOptions): string {
  const { x, y, size, anchor = 'start', style = 'regular', fill, rotate, opacity } = options;
  const attributes = [
    `font-size="${num(size)}"`,
    style === 'bold' ? 'font-weight="700"' : '',
    style === 'italic' ? 'font-style="italic"' : '',
    fill ? `fill="${fill}"` : '',
    opacity === undefined ? '' : `opacity="${num(opacity)}"`,
    rotate ? `transform="rotate(${num(rotate)} ${num(x)} ${num(y)})"` : '',
  ].filter(Boolean);
  const { runs, width } = place(label, size, style);
  if (runs.length === 0) return '';
  if (runs.length === 1 && runs[0]?.rise === 0 && !runs[0].barred.length) {
    const end = anchor === 'start' ? '' : ` text-anchor="${anchor}"`;
    return `<text x="${num(x)}" y="${num(y)}" ${attributes.join(' ')}${end}>${escapeXml(runs[0].text)}</text>`;
  }
  const left = x - (anchor === 'end' ? width : anchor === 'middle' ? width / 2 : 0);
  const spans = runs.map((run) => {
    // Renderers drop leading blanks: the blank becomes a shift.
    const trimmed = run.text.trimStart();
    const shift = plainWidth(run.text.slice(0, run.text.length - trimmed.length), size * run.scale, style);
    const scaled = run.scale === 1 ? '' : ` font-size="${num(size * run.scale)}"`;
    return `<tspan x="${num(left + run.offset + shift)}" y="${num(y - run.rise * size)}"${scaled}>${escapeXml(trimmed)}</tspan>`;
  });
  return `<text ${attributes.join(' ')}>${spans.join('')}</text>${barsSvg(runs, { ...options, x: left }, x)}`;
}

/** The lines above barred signs of runs that start at `options.x`; `pivot` is the x of the rotation. */
function barsSvg(runs: readonly PlacedRun[], options: TextOptions, pivot: number): string {
  const { x, y, size, style = 'regular', fill = '#000000', rotate } = options;
  const lines = runs.flatMap(({ text, barred, scale, rise, offset }) =>
    barred.map((i) => {
      const sign = text[i] ?? '';
      const start = x + offset + plainWidth(text.slice(0, i), size * scale, style);
      const width = plainWidth(sign, size * scale, style);
      const height = /[a-su-z]/.test(sign) && !/[bdfhkl]/.test(sign) ? 0.62 : sign === 't' ? 0.74 : 0.8;
      const top = y - (rise + height * scale) * size;
      return `M${num(start + width * 0.1)} ${num(top)}H${num(start + width * 0.9)}`;
    }),
  );
  if (!lines.length) return '';
  const turn = rotate ? ` transform="rotate(${num(rotate)} ${num(pivot)} ${num(y)})"` : '';
  return `<path d="${lines.join('')}" stroke="${fill}" stroke-width="${num(size * 0.06)}"${turn}/>`;
}

/** The label as plain text, for titles and screen readers: `p_{T}` → `pT`. */
export const plainText = (label: string): string =>
  parseLabel(label)
    .map((run) => run.text)
    .join('');
