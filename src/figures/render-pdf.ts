import PDFDocument from 'pdfkit';
import svgToPdf from 'svg-to-pdfkit';
import { fontFiles } from './fonts.js';

// A PDF carries a creation time, and its id is made from it: a fixed one keeps the bytes the same.
const epoch = new Date('2000-01-01T00:00:00Z');

/**
 * An SVG of `renderSvg` as a PDF page of its size in points: vectors, and text in the product's embedded font.
 *
 * @param options.stamp a text for the document's keywords
 */
export function renderPdf(svg: string, options: { readonly stamp?: string | undefined } = {}): Promise<Buffer> {
  const [, width, height] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg) ?? [];
  // The PDF is as wide as a column of text: 640 units are 480 points.
  const scale = 0.75;
  const size: [number, number] = [Number(width ?? 640) * scale, Number(height ?? 480) * scale];
  const doc = new PDFDocument({
    size,
    margin: 0,
    info: {
      Creator: 'datamc',
      Producer: 'datamc',
      CreationDate: epoch,
      ModDate: epoch,
      ...(options.stamp === undefined ? {} : { Keywords: options.stamp }),
    },
  });
  const chunks: Buffer[] = [];
  const done = new Promise<Buffer>((resolve, reject) => {
    doc.on('data', (chunk: Buffer) => chunks.push(chunk));
    doc.on('end', () => resolve(Buffer.concat(chunks)));
    doc.on('error', reject);
  });
  doc.scale(scale);
  svgToPdf(doc, svg, 0, 0, {
    assumePt: true,
    fontCallback: (_family, bold, italic) => fontFiles[bold ? 'bold' : italic ? 'italic' : 'regular'],
    warningCallback: (message) => {
      throw new Error(`svg to pdf: ${message}`);
    },
  });
  doc.end();
  return done;
}
