import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'bench/README.md',
  ...readdirSync('docs')
    .filter((f) => f.endsWith('.md'))
    .map((f) => `docs/${f}`),
];

test.each(pages)('%s: every relative link leads to a file', (page) => {
  const text = readFileSync(page, 'utf8').replace(/```[\s\S]*?```/g, '');
  const links = [...text.matchAll(/\]\(([^)#\s]+)(#[^)]*)?\)/g)].map((m) => m[1]).filter((l) => !/^[a-z]+:/.test(l));
  expect(links.filter((link) => !existsSync(path.join(path.dirname(page), link)))).toEqual([]);
});

test('every key of a correction is documented', () => {
  const schema = readFileSync('src/studies/correction/schema.ts', 'utf8');
  const text = readFileSync('docs/correction.md', 'utf8');
  const keys = [...schema.matchAll(/^ {2}(\w+): z/gm)].map((m) => m[1]);
  expect(keys.length).toBeGreaterThan(15);
  expect(keys.filter((key) => !text.includes(`\`${key}\``))).toEqual([]);
});
