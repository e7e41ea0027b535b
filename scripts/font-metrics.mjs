// Writes src/figures/font-metrics.ts: the advance widths of Arimo, so that text is measured without opening a font.
// Run after an update of @expo-google-fonts/arimo: node scripts/font-metrics.mjs
import { createRequire } from 'node:module';
import { writeFileSync } from 'node:fs';

const require = createRequire(import.meta.url);
const fontkit = require('fontkit');
const open = (file) => fontkit.openSync(require.resolve(`@expo-google-fonts/arimo/${file}`));
const fonts = { regular: open('400Regular/Arimo_400Regular.ttf'), bold: open('700Bold/Arimo_700Bold.ttf') };

const ranges = [
  [0x20, 0x7e],
  [0xa0, 0x17f],
  [0x384, 0x3d6],
  [0x2010, 0x2044],
  [0x2070, 0x209c],
  [0x2100, 0x2126],
  [0x2190, 0x2195],
  [0x2200, 0x2265],
];
const width = (font, code) =>
  font.hasGlyphForCodePoint(code) ? Math.round(font.glyphForCodePoint(code).advanceWidth) : 0;

const table = (font) =>
  ranges.map(([low, high]) => {
    const widths = [];
    for (let code = low; code <= high; code++) widths.push(width(font, code));
    return `  [0x${low.toString(16)}, '${widths.join(' ')}'],`;
  });
/** Renderers lay out word by word, each with the blank after it: a pair may end with a blank, not begin with one. */
/** Pairs of ASCII signs that stand closer or wider than their widths say, by distance. */
const kerning = (font) => {
  const pairs = new Map();
  for (let a = 0x21; a < 0x7f; a++)
    for (let b = 0x20; b < 0x7f; b++) {
      const pair = String.fromCharCode(a, b);
      const { positions, glyphs } = font.layout(pair);
      if (glyphs.length !== 2) throw new Error(`${pair} is a ligature`);
      const shift = Math.round(positions[0].xAdvance - width(font, a));
      if (shift) pairs.set(shift, (pairs.get(shift) ?? '') + pair);
    }
  return [...pairs].sort((x, y) => x[0] - y[0]).map(([shift, text]) => `  [${shift}, ${JSON.stringify(text)}],`);
};

const { unitsPerEm } = fonts.regular;
writeFileSync(
  new URL('../src/figures/font-metrics.ts', import.meta.url),
  `// Made by scripts/font-metrics.mjs from @expo-google-fonts/arimo; do not edit.

/** Advance widths of consecutive code points in font units; 0 where the font has no glyph. Italic has those of regular, but for a few hundredths of Greek letters. */
export type WidthTable = readonly (readonly [first: number, widths: string])[];

/** Pairs of signs, one after the other in a string, by what is added to the width of the first. */
export type KerningTable = readonly (readonly [shift: number, pairs: string])[];

export const unitsPerEm = ${unitsPerEm};

// prettier-ignore
export const regularWidths: WidthTable = [
${table(fonts.regular).join('\n')}
];

// prettier-ignore
export const boldWidths: WidthTable = [
${table(fonts.bold).join('\n')}
];

// prettier-ignore
export const regularKerning: KerningTable = [
${kerning(fonts.regular).join('\n')}
];

// prettier-ignore
export const boldKerning: KerningTable = [
${kerning(fonts.bold).join('\n')}
];
`,
);
