import type { PageHeader } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { ChunkBytes } from './chunk-bytes.js';
import type { FlatChunk, FlatCodec, FlatType } from './flat-file.js';
import { allOnes, readHybrid } from './hybrid.js';
import { PlainNumbers, widthOf } from './plain-numbers.js';
import { unpacker, type Unpack } from './unpack-page.js';
import { Unsuited } from './unsuited.js';

/** Most headers are shorter than the first, which is tried first; one with statistics in it may be longer, but not than the second. */
const HEADER_BYTES = [2 ** 10, 2 ** 16];

const NO_CHUNK: FlatChunk = { at: 0, bytes: 0, type: 'double', optional: false, codec: 'UNCOMPRESSED' };

/** A data page: where its values are. */
interface OpenPage {
  readonly rows: number;
  done: number;
  /** Stored plainly, all of them: in the file from this byte on … */
  readonly inFile?: number | undefined;
  /** … or unpacked; */
  readonly stored?: Uint8Array | undefined;
  /** or decoded. */
  readonly ready?: Float64Array | undefined;
}

/** What the headers of both versions of data pages tell. */
interface PageShape {
  readonly rows: number;
  readonly encoding: string | undefined;
  /** Bytes of the levels that tell which values are there; they are packed with the values where `inFront` is not set. */
  readonly inFront: number | undefined;
  readonly packed: boolean;
}

/**
 * Reads the values of chunks from front to back as doubles, NaN where one is missing. At most a page is held at a time.
 * Memory is used again for later chunks.
 *
 * @throws Unsuited for damage, for encodings other than plain and dictionary, and for whole numbers beyond 2⁵³
 * @example reader.open(file, chunk); reader.read(out, 4096);
 */
export class ChunkReader {
  private readonly bytes = new ChunkBytes();
  private readonly unpackers = new Map<FlatCodec, Unpack>();
  private readonly plain = new PlainNumbers();
  private file = 0;
  private chunk = NO_CHUNK;
  private at = 0;
  private dictionary: Float64Array | undefined;
  private page: OpenPage | undefined;
  private room = new Float64Array(0);
  private places = new Int32Array(0);

  open(file: number, chunk: FlatChunk): void {
    this.bytes.open(file, chunk.at, chunk.bytes);
    Object.assign(this, { file, chunk, at: 0, dictionary: undefined, page: undefined });
  }

  /** The next `rows` values, to the front of `out`. */
  read(out: Float64Array, rows: number): void {
    for (let filled = 0; filled < rows;) {
      const page = this.page && this.page.done < this.page.rows ? this.page : this.nextPage();
      const take = Math.min(rows - filled, page.rows - page.done);
      if (page.ready) out.set(page.ready.subarray(page.done, page.done + take), filled);
      else if (page.stored) this.plain.take(this.type, page.stored, page.done, out.subarray(filled, filled + take));
      else this.plain.read(this.type, this.file, page.inFile ?? 0, page.done, out.subarray(filled, filled + take));
      page.done += take;
      filled += take;
    }
  }

  private get type(): FlatType {
    return this.chunk.type;
  }

  private nextPage(): OpenPage {
    for (;;) {
      const { header, from } = this.nextHeader();
      const { type, data_page_header: v1, data_page_header_v2: v2 } = header;
      if (type === 'DICTIONARY_PAGE') this.dictionary = this.words(header, from);
      else if (v1) {
        const shape = { rows: v1.num_values, encoding: v1.encoding, inFront: undefined, packed: true };
        return (this.page = this.dataPage(header, from, shape));
      } else if (v2) {
        const { num_values: rows, encoding, definition_levels_byte_length: inFront, is_compressed: packed } = v2;
        return (this.page = this.dataPage(header, from, { rows, encoding, inFront, packed: packed !== false }));
      }
    }
  }

  private nextHeader(): { header: PageHeader; from: number } {
    for (const most of HEADER_BYTES) {
      const front = this.bytes.upTo(this.at, most);
      if (front.length === 0) throw new Unsuited('a column has fewer values than rows');
      const reader = { view: new DataView(front.buffer, front.byteOffset, front.length), offset: 0 };
      let header: PageHeader;
      try {
        header = parquetHeader(reader);
      } catch {
        continue;
      }
      const from = this.at + reader.offset;
      this.at = from + header.compressed_page_size;
      if (!(this.at >= from && this.at <= this.bytes.length)) throw new Unsuited('a page is longer than its column');
      return { header, from };
    }
    throw new Unsuited('the header of a page is damaged');
  }

  private words(header: PageHeader, from: number): Float64Array {
    const values = new Float64Array(header.dictionary_page_header?.num_values ?? 0);
    const bytes = this.unpack(this.bytes.upTo(from, header.compressed_page_size), header.uncompressed_page_size);
    this.plain.take(this.type, bytes, 0, values);
    return values;
  }

  private dataPage(header: PageHeader, from: number, { rows, encoding, inFront, packed }: PageShape): OpenPage {
    const { compressed_page_size: length, uncompressed_page_size: size } = header;
    const { at, optional, codec } = this.chunk;
    if (encoding === 'PLAIN' && this.type !== 'boolean' && (codec === 'UNCOMPRESSED' || !packed)) {
      const begins = optional ? this.allThere(from, length, rows, inFront) : 0;
      if (begins !== undefined) {
        if (rows * widthOf(this.type) > length - begins) throw new Unsuited('a page is cut');
        return { rows, done: 0, inFile: at + from + begins };
      }
    }
    const body = this.bytes.upTo(from, length);
    const front = inFront ?? 0;
    const rest = body.subarray(front);
    const bytes = packed ? this.unpack(rest, size - front) : rest;
    if (!optional) return this.unfold(rows, bytes, encoding, undefined);
    if (inFront !== undefined) return this.unfold(rows, bytes, encoding, body.subarray(0, front));
    const levels = levelBytes(bytes);
    return this.unfold(rows, bytes.subarray(4 + levels), encoding, bytes.subarray(4, 4 + levels));
  }

  /** Bytes before the values of a page that is not packed, if no value is missing. */
  private allThere(from: number, length: number, rows: number, inFront: number | undefined): number | undefined {
    const begins = inFront === undefined ? 4 : 0;
    const levels = inFront ?? levelBytes(this.bytes.upTo(from, 4));
    if (begins + levels > length) throw new Unsuited('the levels of a page are longer than the page');
    return allOnes(this.bytes.upTo(from + begins, levels), rows) ? begins + levels : undefined;
  }

  private unpack(stored: Buffer, size: number): Uint8Array {
    const { codec } = this.chunk;
    const unpack = this.unpackers.get(codec) ?? unpacker(codec);
    this.unpackers.set(codec, unpack);
    return unpack(stored, size);
  }

  private unfold(
    rows: number,
    bytes: Uint8Array,
    encoding: string | undefined,
    levels: Uint8Array | undefined,
  ): OpenPage {
    const all = !levels || allOnes(levels, rows);
    if (all && encoding === 'PLAIN') return { rows, done: 0, stored: bytes };
    const present = all ? undefined : new Uint8Array(rows);
    if (present && levels) readHybrid(levels, 1, present);
    const count = present ? present.reduce((n, p) => n + p, 0) : rows;
    if (this.room.length < rows) this.room = new Float64Array(rows);
    const ready = this.room.subarray(0, rows);
    this.decode(bytes, encoding, ready, count);
    if (present) spread(ready, present, count);
    return { rows, done: 0, ready };
  }

  private decode(bytes: Uint8Array, encoding: string | undefined, out: Float64Array, count: number): void {
    const { dictionary } = this;
    if (encoding === 'PLAIN') return this.plain.take(this.type, bytes, 0, out.subarray(0, count));
    if (encoding === 'RLE' && this.type === 'boolean') {
      const bits = new Uint8Array(count);
      readHybrid(bytes.subarray(4), 1, bits);
      return out.set(bits);
    }
    if ((encoding !== 'RLE_DICTIONARY' && encoding !== 'PLAIN_DICTIONARY') || !dictionary)
      throw new Unsuited(`values are encoded as ${encoding}`);
    if (this.places.length < count) this.places = new Int32Array(count);
    const places = this.places.subarray(0, count);
    if (count > 0) readHybrid(bytes.subarray(1), bytes[0], places);
    for (let i = 0; i < count; i++) {
      if (places[i] >= dictionary.length) throw new Unsuited('a value is not in the dictionary');
      out[i] = dictionary[places[i]];
    }
  }
}

/** The length that stands in front of levels in a page of version 1. */
function levelBytes(bytes: Uint8Array): number {
  if (bytes.length < 4) throw new Unsuited('a page is cut');
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
}

/** Moves the first `count` values to where they belong and puts NaN elsewhere. */
function spread(values: Float64Array, present: Uint8Array, count: number): void {
  let from = count;
  for (let i = present.length - 1; i >= 0; i--) values[i] = present[i] ? values[--from] : NaN;
}
