import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { reportHtml } from '../../../src/figures/report/report-html.js';
import { exampleReport } from './example-report.js';

const page = reportHtml(exampleReport);
const folder = process.env['DATAMC_GALLERY'];
if (folder) writeFileSync(`${folder}/report.html`, page);

describe('reportHtml', () => {
  it('fetches nothing', () => {
    const addresses = [...page.matchAll(/(?:src|href|xlink:href)="([^"]*)"|url\(([^)]*)\)|@import[^;]*/g)];
    const outside = addresses.map((m) => m[1] ?? m[2] ?? m[0]).filter((a) => !/^(#|data:)/.test(a));
    expect(outside).toEqual([]);
    expect(page.replace(/xmlns="[^"]*"/g, '')).not.toMatch(/https?:/);
  });

  it('has every id once, and every link and clip path leads to one', () => {
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map((m) => m[1]);
    expect(new Set(ids).size).toBe(ids.length);
    const wanted = [...page.matchAll(/(?:href="#|url\(#)([^")]+)/g)].map((m) => m[1]);
    expect(wanted.length).toBeGreaterThan(10);
    expect(wanted.filter((id) => !ids.includes(id))).toEqual([]);
  });

  it('opens and closes the same elements', () => {
    const open: string[] = [];
    for (const [, slash, name = '', rest = ''] of page.matchAll(/<(\/?)([a-zA-Z][a-zA-Z0-9]*)([^>]*)>/g)) {
      if (['meta', 'link'].includes(name) || rest.endsWith('/')) continue;
      if (slash) expect(open.pop()).toBe(name);
      else open.push(name);
    }
    expect(open).toEqual([]);
  });

  it('names figures for those who cannot see them, and counts them through', () => {
    const buttons = [...page.matchAll(/aria-label="Enlarge figure (\d+): ([^"]+)"/g)];
    expect(buttons.map((m) => Number(m[1]))).toEqual(buttons.map((_, i) => i + 1));
    expect(page.match(/role="img" aria-label="[^"]+"/g)).toHaveLength(buttons.length);
  });

  it('escapes what comes from outside', () => {
    const evil = '<script>alert(1)</script>';
    const text = reportHtml({
      title: evil,
      summary: [{ name: evil, value: evil, note: evil, unit: evil, group: evil }],
      sections: [{ title: evil, text: `${evil}\n\n- ${evil}`, tables: [{ columns: [evil], rows: [[evil]] }] }],
      provenance: {
        command: evil,
        study: evil,
        warnings: [{ message: evil, count: 1 }],
        inputs: [{ path: evil, sha256: evil }],
      },
      stamp: evil,
    });
    expect(text).not.toContain(evil);
    expect(text.match(/<script>/g)).toHaveLength(1);
  });

  it('writes what was before beside what is after, and spans both columns with a number that has no before', () => {
    const text = reportHtml({
      title: 'a',
      summary: [
        { name: 'distance', before: 0.5, value: 0.25, group: 'g' },
        { name: 'pull', value: 1.5, group: 'h' },
      ],
      sections: [],
    });
    expect(text).toContain('<th scope="col">Before</th><th scope="col">After</th>');
    expect(text).toContain('<th scope="row">distance</th><td class="value">0.5</td><td class="value">0.25</td>');
    expect(text).toContain('<td class="value" colspan="2">1.5</td>');
    expect(text.match(/scope="col">Before/g)).toHaveLength(1);
  });

  it('has no column of times or counts where none are known', () => {
    const text = reportHtml({
      title: 'a',
      summary: [],
      sections: [],
      provenance: { tasks: [{ id: 'judge' }], inputs: [{ path: 'mc.root', sha256: 'abc' }] },
    });
    expect(text).toContain('<tr><td>mc.root</td><td class="hash">abc</td></tr>');
    expect(text).not.toContain('Time');
    expect(text).not.toContain('0 ms');
  });

  it('gives the same bytes again', () => expect(reportHtml(exampleReport)).toBe(page));
});
