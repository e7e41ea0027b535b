import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportHtml } from '../../src/figures/report/report-html.js';
import { tableHtml } from '../../src/figures/report/table-html.js';
import { exampleReport } from '../figures/report/example-report.js';

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
let browser: Browser;
let page: Page;
let dir = '';
const fetched: string[] = [];
const complaints: string[] = [];

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'report-'));
  await writeFile(path.join(dir, 'report.html'), reportHtml(exampleReport));
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.on('request', (request) => fetched.push(request.url()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => complaints.push(message.text()));
  await page.goto(pathToFileURL(path.join(dir, 'report.html')).href);
});

afterAll(async () => {
  await browser?.close();
  await rm(dir, { recursive: true, force: true });
});

describe('report.html in a browser', () => {
  it('fetches nothing but itself, and nobody complains', () => {
    expect(fetched.filter((url) => !url.startsWith('data:'))).toEqual([expect.stringMatching(/report\.html$/)]);
    expect(complaints).toEqual([]);
  });

  it('draws its figures with the font that it brings', async () => {
    await page.evaluate('document.fonts.ready.then(() => 0)');
    expect(await page.evaluate('[...document.fonts].map((face) => face.family + face.status)')).toEqual([
      'Arimoloaded',
      'Arimoloaded',
      'Arimoloaded',
    ]);
  });

  it('enlarges a figure by keyboard, and closes it again', async () => {
    const button = page.locator('figure button').first();
    await button.focus();
    await page.keyboard.press('Enter');
    const dialog = page.locator('dialog');
    expect(await dialog.getAttribute('open')).not.toBeNull();
    const [small, large] = [await button.boundingBox(), await dialog.locator('svg').boundingBox()];
    expect(large?.width).toBeGreaterThan((small?.width ?? 0) * 1.05);
    await page.keyboard.press('Escape');
    expect(await dialog.getAttribute('open')).toBeNull();
  });

  it.each([360, 800, 1280, 1920])('needs no sideways scrolling at %i pixels', async (width) => {
    await page.setViewportSize({ width, height: 900 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
  });

  it('keeps tables with long names within the page', async () => {
    await page.setViewportSize({ width: 1200, height: 900 });
    const name = 'pi_K_fakeRate_kaonID_0.6_nCDCHits_gt_20_and_thetaInCDCAcceptance';
    const cells = ['1.146 ± 0.046', '40/40', 'simulation:negative 1', 'sweights 40', 'stat 28.9 %, sweights 0.888 %'];
    const inserted = JSON.stringify(
      tableHtml({ columns: ['table', 'a', 'b', 'c', 'd', 'e'], rows: [[name, ...cells]] }),
    );
    await page.evaluate(`document.querySelector('main').insertAdjacentHTML('beforeend', ${inserted})`);
    const last = "[...document.querySelectorAll('main .scroll')].at(-1)";
    expect(await page.evaluate(`${last}.scrollWidth - ${last}.clientWidth`)).toBe(0);
    await page.evaluate(`${last}.remove()`);
  });

  it('unfolds everything on paper', async () => {
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    expect(await page.locator('details:not([open])').count()).toBe(0);
  });
});
