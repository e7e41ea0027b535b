import { escapeXml } from '../svg.js';
import { parseLabel } from '../text.js';

/** A label's mathematics as HTML: `p_{T}` → `p<sub>T</sub>`. */
export function mathHtml(label: string): string {
  return parseLabel(label)
    .map(({ text, rise, barred }) => {
      const signs = [...text].map((c, i) =>
        barred.includes(i) ? `<span class="bar">${escapeXml(c)}</span>` : escapeXml(c),
      );
      const html = signs.join('');
      return rise > 0 ? `<sup>${html}</sup>` : rise < 0 ? `<sub>${html}</sub>` : html;
    })
    .join('');
}

/** One line: `code`, **bold**, and mathematics elsewhere. */
export function lineHtml(line: string): string {
  return line
    .split(/(`[^`]+`|\*\*[^*]+\*\*)/)
    .map((part) => {
      if (part.length > 2 && part.startsWith('`')) return `<code>${escapeXml(part.slice(1, -1))}</code>`;
      if (part.length > 4 && part.startsWith('**')) return `<strong>${mathHtml(part.slice(2, -2))}</strong>`;
      return mathHtml(part);
    })
    .join('');
}

/** Paragraphs and lists. Everything from outside is escaped. */
export function proseHtml(text: string): string {
  return text
    .trim()
    .split(/\n\s*\n/)
    .map((block) => {
      const lines = block.split('\n').map((line) => line.trim());
      if (lines.every((line) => line.startsWith('- ')))
        return `<ul>${lines.map((line) => `<li>${lineHtml(line.slice(2))}</li>`).join('')}</ul>`;
      return `<p>${lineHtml(lines.join(' '))}</p>`;
    })
    .join('\n');
}
