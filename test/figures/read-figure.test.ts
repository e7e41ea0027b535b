import { describe, expect, it } from 'vitest';
import { figureJson } from '../../src/figures/figure-json.js';
import { figureFromJson } from '../../src/figures/read-figure.js';
import { renderSvg } from '../../src/figures/render-svg.js';
import { gallery } from './gallery.js';

describe('figureFromJson', () => {
  for (const figure of gallery())
    it(`draws ${figure.name} again from its numbers, to the byte`, () => {
      expect(renderSvg(figureFromJson(figureJson(figure), 'x.json'))).toBe(renderSvg(figure));
    });

  it.each([
    ['{', 'no JSON'],
    ['[]', 'not a figure'],
    ['{"name":"a","panels":[{}]}', 'panel 1 has no "x"'],
    ['{"name":"a","panels":[{"x":{},"y":{},"layers":[{"kind":"step"}]}]}', 'unknown layer "step" in panel 1'],
  ])('says what is wrong with %s', (text, message) => {
    expect(() => figureFromJson(text, 'x.json')).toThrow(message);
  });
});
