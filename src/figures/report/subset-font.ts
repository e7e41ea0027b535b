import type { KerningTable } from '../font-metrics.js';

export type Tables = ReadonlyMap<string, Buffer>;

/** The tables of a TrueType file (OpenType 1.9, "Organization of an OpenType font"). */
export function readTables(file: Buffer): Tables {
  const tables = new Map<string, Buffer>();
  for (let i = 0; i < file.readUInt16BE(4); i++) {
    const entry = 12 + 16 * i;
    const [offset, length] = [file.readUInt32BE(entry + 8), file.readUInt32BE(entry + 12)];
    tables.set(file.toString('latin1', entry, entry + 4), file.subarray(offset, offset + length));
  }
  return tables;
}

const table = (tables: Tables, tag: string): Buffer => {
  const found = tables.get(tag);
  if (!found) throw new Error(`font without table ${tag}`);
  return found;
};

/** Code point → glyph, from a `cmap` subtable of format 4 or 12. */
function glyphOf(cmap: Buffer, code: number): number {
  for (let i = 0; i < cmap.readUInt16BE(2); i++) {
    const start = cmap.readUInt32BE(4 + 8 * i + 4);
    const map = cmap.subarray(start);
    const format = map.readUInt16BE(0);
    if (format === 4) {
      const twice = map.readUInt16BE(6);
      for (let s = 0; s < twice; s += 2) {
        if (code > map.readUInt16BE(14 + s)) continue;
        const first = map.readUInt16BE(16 + twice + s);
        if (code < first) break;
        const delta = map.readUInt16BE(16 + 2 * twice + s);
        const place = 16 + 3 * twice + s;
        const range = map.readUInt16BE(place);
        if (!range) return (code + delta) & 0xffff;
        const glyph = map.readUInt16BE(place + range + 2 * (code - first));
        return glyph ? (glyph + delta) & 0xffff : 0;
      }
    } else if (format === 12) {
      for (let g = 0; g < map.readUInt32BE(12); g++) {
        const [first, last, glyph] = [0, 4, 8].map((o) => map.readUInt32BE(16 + 12 * g + o)) as [
          number,
          number,
          number,
        ];
        if (code >= first && code <= last) return glyph + code - first;
      }
    }
  }
  return 0;
}

/** The glyphs that a composite glyph is made of. */
function components(glyph: Buffer): number[] {
  if (glyph.length < 10 || glyph.readInt16BE(0) >= 0) return [];
  const list: number[] = [];
  let at = 10;
  for (let more = true; more;) {
    const flags = glyph.readUInt16BE(at);
    list.push(glyph.readUInt16BE(at + 2));
    at += 4 + (flags & 1 ? 4 : 2) + (flags & 8 ? 2 : flags & 0x40 ? 4 : flags & 0x80 ? 8 : 0);
    more = (flags & 0x20) !== 0;
  }
  return list;
}

/** A `cmap` of one format-12 subtable. */
function writeCmap(pairs: readonly (readonly [code: number, glyph: number])[]): Buffer {
  const out = Buffer.alloc(28 + 12 * pairs.length);
  out.writeUInt16BE(1, 2);
  out.writeUInt16BE(3, 4);
  out.writeUInt16BE(10, 6);
  out.writeUInt32BE(12, 8);
  out.writeUInt16BE(12, 12);
  out.writeUInt32BE(16 + 12 * pairs.length, 16);
  out.writeUInt32BE(pairs.length, 24);
  pairs.forEach(([code, glyph], i) => {
    out.writeUInt32BE(code, 28 + 12 * i);
    out.writeUInt32BE(code, 32 + 12 * i);
    out.writeUInt32BE(glyph, 36 + 12 * i);
  });
  return out;
}

/** A `kern` table of one format-0 subtable: the same distances that the layout measured with. */
function writeKern(kerning: KerningTable, glyphs: ReadonlyMap<string, number>): Buffer {
  const pairs = kerning
    .flatMap(([shift, text]) =>
      (text.match(/../g) ?? []).flatMap(([a = '', b = '']) => {
        const [left, right] = [glyphs.get(a), glyphs.get(b)];
        return left && right ? [{ left, right, shift }] : [];
      }),
    )
    .sort((a, b) => a.left - b.left || a.right - b.right);
  const out = Buffer.alloc(18 + 6 * pairs.length);
  const power = 2 ** Math.floor(Math.log2(Math.max(1, pairs.length)));
  [0, 1, 0, 14 + 6 * pairs.length, 1, pairs.length, power * 6, Math.log2(power), (pairs.length - power) * 6].forEach(
    (v, i) => out.writeUInt16BE(Math.max(0, v), 2 * i),
  );
  pairs.forEach(({ left, right, shift }, i) => {
    out.writeUInt16BE(left, 18 + 6 * i);
    out.writeUInt16BE(right, 20 + 6 * i);
    out.writeInt16BE(shift, 22 + 6 * i);
  });
  return out;
}

/** The tables of the font with just the glyphs of `characters`; glyph numbers stay, unused ones become empty. */
export function subset(tables: Tables, characters: ReadonlySet<string>, kerning: KerningTable): [string, Buffer][] {
  const [cmap, head, loca, glyf] = ['cmap', 'head', 'loca', 'glyf'].map((tag) => table(tables, tag)) as [
    Buffer,
    Buffer,
    Buffer,
    Buffer,
  ];
  const long = head.readInt16BE(50) === 1;
  const offset = (g: number): number => (long ? loca.readUInt32BE(4 * g) : 2 * loca.readUInt16BE(2 * g));
  const outline = (g: number): Buffer => glyf.subarray(offset(g), offset(g + 1));
  const glyphs = new Map<string, number>();
  for (const c of [...characters].sort()) {
    const glyph = glyphOf(cmap, c.codePointAt(0) ?? 0);
    if (glyph) glyphs.set(c, glyph);
  }
  const kept = new Set([0, ...glyphs.values()]);
  for (const g of kept) for (const part of components(outline(g))) kept.add(part);
  const count = Math.max(...kept) + 1;

  const newLoca = Buffer.alloc(4 * (count + 1));
  const outlines: Buffer[] = [];
  let end = 0;
  for (let g = 0; g < count; g++) {
    newLoca.writeUInt32BE(end, 4 * g);
    if (!kept.has(g)) continue;
    const padded = Buffer.alloc(Math.ceil(outline(g).length / 4) * 4);
    outline(g).copy(padded);
    outlines.push(padded);
    end += padded.length;
  }
  newLoca.writeUInt32BE(end, 4 * count);

  const newHead = Buffer.from(head);
  newHead.writeInt16BE(1, 50);
  newHead.writeUInt32BE(0, 8);
  const maxp = Buffer.from(table(tables, 'maxp'));
  maxp.writeUInt16BE(count, 4);
  const hhea = Buffer.from(table(tables, 'hhea'));
  const metrics = hhea.readUInt16BE(34);
  const hmtx = Buffer.alloc(4 * count);
  for (const g of kept) {
    const source = table(tables, 'hmtx');
    if (g < metrics) source.copy(hmtx, 4 * g, 4 * g, 4 * g + 4);
    else source.copy(hmtx, 4 * g, 4 * (metrics - 1), 4 * (metrics - 1) + 2);
  }
  hhea.writeUInt16BE(count, 34);
  const post = Buffer.alloc(32);
  table(tables, 'post').copy(post, 0, 0, 32);
  post.writeUInt32BE(0x00030000, 0);
  const pairs = [...glyphs].map(([c, g]): [number, number] => [c.codePointAt(0) ?? 0, g]).sort((a, b) => a[0] - b[0]);
  return [
    ['OS/2', table(tables, 'OS/2')],
    ['cmap', writeCmap(pairs)],
    ['glyf', Buffer.concat(outlines)],
    ['head', newHead],
    ['hhea', hhea],
    ['hmtx', hmtx],
    ['kern', writeKern(kerning, glyphs)],
    ['loca', newLoca],
    ['maxp', maxp],
    ['name', table(tables, 'name')],
    ['post', post],
  ];
}
