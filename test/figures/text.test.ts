import PDFDocument from 'pdfkit';
import { describe, expect, it } from 'vitest';
import { fontFiles } from '../../src/figures/fonts.js';
import { parseLabel, plainText, plainWidth, textSvg, textWidth } from '../../src/figures/text.js';

describe('parseLabel', () => {
  it('lowers and raises', () => {
    const [p, t, square] = parseLabel('p_{T}^{2}');
    expect([p?.text, t?.text, square?.text]).toEqual(['p', 'T', '2']);
    expect(t?.rise).toBeLessThan(0);
    expect(square?.rise).toBeGreaterThan(0);
    expect(square?.stacked).toBe(true);
  });

  it.each(['prong0_ML', 'a^b', 'x_', '{a}', '_'])('leaves %s as it is', (name) => {
    expect(parseLabel(name)).toEqual([{ text: name, scale: 1, rise: 0, stacked: false, barred: [] }]);
  });

  it('writes raised signs of Unicode as the same mathematics', () => {
    expect(parseLabel('fb⁻¹')).toEqual(parseLabel('fb^{-1}'));
    expect(parseLabel('×10³')).toEqual(parseLabel('×10^{3}'));
  });

  it('nests', () => {
    const [, outer, inner] = parseLabel('e^{x_{i}}');
    expect(outer?.scale).toBeGreaterThan(inner?.scale ?? 1);
    expect(plainText('e^{x_{i}}')).toBe('exi');
  });

  it('takes bars out of the text and draws them', () => {
    expect(parseLabel('B̄⁰ → K̄*')[0]).toMatchObject({ text: 'B', barred: [0] });
    const svg = textSvg('tt̄', { x: 10, y: 50, size: 20 });
    expect(svg).not.toMatch(/[\u0304\u0305]/u);
    expect(svg).toMatch(/<path d="M[\d.]+ [\d.]+H[\d.]+"/);
  });
});

describe('plainWidth', () => {
  const doc = new PDFDocument();
  const texts = [
    'Candidates / 0.05',
    '−1.75',
    'AVATAR To Yes',
    '11.1',
    'log(IP / mm)',
    'χ²/ndf μ √s Δφ',
    'LHCb',
    'Work in progress',
  ];
  for (const style of ['regular', 'bold'] as const)
    it.each(texts)(`agrees with the ${style} font itself, kerning included: %s`, (text) => {
      const width = doc.font(fontFiles[style]).fontSize(20).widthOfString(text);
      expect(plainWidth(text, 20, style)).toBeCloseTo(width, 1);
    });

  it('of a label is that of its runs', () => {
    expect(textWidth('p_{T}', 20)).toBeCloseTo(plainWidth('p', 20) + plainWidth('T', 14) + 0.6, 6);
  });
});

it('escapes what XML must not see', () => {
  expect(textSvg('1 < p & "q"', { x: 0, y: 0, size: 10 })).toContain('1 &lt; p &amp; &quot;q&quot;');
});
