import { describe, expect, test } from 'vitest';
import { findStamp, provenanceStamp } from '../../src/runs/provenance.js';
import type { Provenance } from '../../src/runs/task.js';

const provenance: Provenance = {
  software: 'datamc 1.2.3',
  study: 'correction',
  task: 'products',
  hash: 'abc',
  kind: 'correction/products',
  seed: 1,
  quick: false,
  inputs: { 'données "A".root': 'ff' },
  chain: [{ task: 'products', kind: 'correction/products', hash: 'abc', params: { cut: "x > 'y' && z < 3 <é>" } }],
};

describe('a stamp', () => {
  const stamp = provenanceStamp(provenance);

  test('is one ASCII word that no format needs to escape', () => {
    expect(stamp).toMatch(/^datamc-provenance:[\w-]+:$/);
    expect(JSON.stringify(stamp)).toBe(`"${stamp}"`);
  });

  test.each([
    ['an SVG comment', Buffer.from(`<svg><!-- ${stamp} --></svg>`)],
    ['a JSON text', Buffer.from(JSON.stringify({ description: `made by datamc. ${stamp}` }))],
    [
      'binary bytes',
      Buffer.concat([Buffer.from([0, 255, 58, 10, 128]), Buffer.from(stamp), Buffer.from([200, 58, 0])]),
    ],
    ['a file that names the mark before', Buffer.from(`datamc-provenance: is the mark; datamc-provenance:!!:${stamp}`)],
  ])('is found in %s', (_, bytes) => {
    expect(findStamp(bytes)).toEqual(provenance);
  });

  test('is not found where there is none', () => {
    expect(findStamp(Buffer.from('datamc-provenance:'))).toBeUndefined();
    expect(findStamp(Buffer.alloc(100))).toBeUndefined();
  });
});
