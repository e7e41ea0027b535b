import { Resvg } from '@resvg/resvg-js';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Figure } from '../../src/figures/figure.js';
import { figureJson } from '../../src/figures/figure-json.js';
import { fontFiles } from '../../src/figures/fonts.js';
import { renderPdf } from '../../src/figures/render-pdf.js';
import { renderPng } from '../../src/figures/render-png.js';
import { renderSvg } from '../../src/figures/render-svg.js';
import { writeFigure } from '../../src/figures/write-figure.js';
import { crc32 } from '../../src/base/crc32.js';
import { findStamp, provenanceStamp } from '../../src/runs/provenance.js';
import type { Provenance } from '../../src/runs/task.js';
import { gallery } from './gallery.js';

const figure = gallery().find((f) => f.name === 'sparse') as Figure;

describe('outputs', () => {
  it('have the same bytes every time', async () => {
    const svg = renderSvg(figure);
    expect(renderSvg(figure)).toBe(svg);
    expect((await renderPng(svg)).equals(await renderPng(svg))).toBe(true);
    const pdf = await renderPdf(svg);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect((await renderPdf(svg)).equals(pdf)).toBe(true);
  });

  it('are four files, the numbers beside the pictures', async () => {
    const dir = await mkdtemp(path.join(tmpdir(), 'figures-'));
    const files = await writeFigure(path.join(dir, 'deeper'), figure);
    expect(files.map((file) => path.basename(file))).toEqual(['sparse.svg', 'sparse.png', 'sparse.pdf', 'sparse.json']);
    const heads = await Promise.all(files.map((file) => readFile(file, 'latin1')));
    expect(heads.map((text) => text.slice(0, 4))).toEqual(['<svg', '\x89PNG', '%PDF', '{\n  ']);
    const numbers = JSON.parse(heads[3] ?? '') as Figure;
    const points = numbers.panels[0]?.layers.find((layer) => layer.kind === 'points');
    expect(points).toMatchObject({ y: [12, 30, 41, 22, 9, 14, 3, null, 2, 1] });
    await rm(dir, { recursive: true });
  });

  it('carry where they come from, each in its own way', async () => {
    const dir = await mkdtemp(path.join(tmpdir(), 'figures-'));
    const origin = { task: 'report', seed: 7 };
    const stamp = provenanceStamp(origin as Provenance);
    const files = await writeFigure(dir, figure, stamp);
    const plain = await writeFigure(path.join(dir, 'plain'), figure);
    for (const [i, file] of files.entries()) {
      const bytes = await readFile(file);
      expect(findStamp(bytes), file).toEqual(origin);
      expect(findStamp(await readFile(plain[i] ?? ''))).toBeUndefined();
      if (!file.endsWith('png')) continue;
      const names: string[] = [];
      for (let at = 8; at < bytes.length; at += 12 + bytes.readUInt32BE(at)) {
        const end = at + 8 + bytes.readUInt32BE(at);
        names.push(bytes.toString('latin1', at + 4, at + 8));
        expect(bytes.readUInt32BE(end)).toBe(crc32(bytes.subarray(at + 4, end)));
      }
      expect(names.slice(0, 2)).toEqual(['IHDR', 'tEXt']);
      expect(names.at(-1)).toBe('IEND');
    }
    await rm(dir, { recursive: true });
  });

  it('PNG is two pixels a unit', async () => {
    const svg = renderSvg(figure);
    const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg) ?? [];
    const png = await renderPng(svg);
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([2 * Number(width), 2 * Number(height)]);
  });

  it('PDF embeds its font and draws in vectors', async () => {
    const pdf = (await renderPdf(renderSvg(figure))).toString('latin1');
    expect(pdf).toMatch(/\/FontFile2/);
    expect(pdf).toMatch(/Arimo-Regular/);
    expect(pdf).not.toMatch(/\/Subtype\s*\/Image/);
    expect(pdf).not.toMatch(/Helvetica/);
  });
});

// A sign without a glyph is drawn as the box of U+FFFF.
it('has a glyph for every sign of physics labels', () => {
  const shape = (sign: string): string => {
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><text x="5" y="30" font-size="20">${sign}</text></svg>`;
    const font = { loadSystemFonts: false, fontFiles: [fontFiles.regular], defaultFontFamily: 'Arimo' };
    return new Resvg(svg, { font }).render().asPng().toString('base64');
  };
  const box = shape('\u2a6f');
  const missing = [...'αβγδεηθκλμνξπρστφχψωΓΔΘΛΞΠΣΦΨΩ√×±·−→↑↓≤≥≠≈∞∂∫∑∏°′ℓµ†…–'].filter((c) => shape(c) === box);
  expect(missing).toEqual([]);
});

describe('a shared grid', () => {
  it('has the ticks of its common axis in every cell, also where one cell makes room for the legend', () => {
    const tall = { kind: 'steps' as const, edges: [0, 1, 2], values: [5, 9], fill: '#5790fc', label: 'a long label' };
    const low = { ...tall, values: [2, 3], label: undefined };
    const cell = (layer: typeof tall | typeof low, i: number) => ({
      x: {},
      y: {},
      layers: [layer],
      legend: i ? (false as const) : {},
      text: ['one line', 'and another one'],
    });
    const svg = renderSvg({ name: 'grid', columns: 2, shared: true, panels: [cell(tall, 0), cell(low, 1)] });
    const paths = [...svg.matchAll(/<path d="([^"]*)" stroke="#000" stroke-width="1.2" fill="none"\/>/g)];
    const heights = paths.map(([, d = '']) =>
      [...d.matchAll(/M[\d.]+ ([\d.]+)h/g)].map((m) => Number(m[1])).sort((a, b) => a - b),
    );
    expect(heights).toHaveLength(2);
    expect(heights[0]?.length).toBeGreaterThan(8);
    expect(heights[1]).toEqual(heights[0]);
  });
});

describe('figureJson', () => {
  it('keeps typed arrays as lists, NaN as null, and leaves out what is undefined', () => {
    const text = figureJson({
      name: 'a',
      title: undefined,
      panels: [{ x: {}, y: {}, layers: [{ kind: 'line', x: Float64Array.of(1, 2), y: [0.1, Number.NaN] }] }],
    });
    expect(JSON.parse(text)).toEqual({
      name: 'a',
      panels: [{ x: {}, y: {}, layers: [{ kind: 'line', x: [1, 2], y: [0.1, null] }] }],
    });
  });
});
