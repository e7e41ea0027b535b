import { describe, expect, test } from 'vitest';
import { BasketReader } from '../../../src/events/root/basket.js';
import type { ByteSource } from '../../../src/events/root/byte-source.js';
import { createUnpacker } from '../../../src/events/root/codecs/unpack.js';
import { decodeBranch } from '../../../src/events/root/decode.js';
import type { BranchPlan, EmbeddedBasket, LeafPlan } from '../../../src/events/root/plan.js';
import { asLists } from './helpers.js';

// Layouts that uproot cannot write, byte by byte as ROOT's documentation and TBufferFile describe them.

const keyLength = 60;

/** A basket: key, values and, for lists, the table of entry offsets. */
function basketBytes(entries: number, values: Buffer, starts?: readonly number[]): Buffer {
  const table = starts && [starts.length + 1, ...starts.map((at) => at + keyLength), 0];
  const tail = Buffer.alloc(4 * (table?.length ?? 0));
  table?.forEach((word, i) => tail.writeInt32BE(word, 4 * i));
  const key = Buffer.alloc(keyLength);
  key.writeInt32BE(keyLength + values.length + tail.length, 0);
  key.writeInt32BE(values.length + tail.length, 6);
  key.writeUInt16BE(keyLength, 14);
  key.writeInt32BE(entries, keyLength - 9);
  key.writeInt32BE(keyLength + values.length, keyLength - 5);
  return Buffer.concat([key, values, tail]);
}

const leaf = (column: string, type: LeafPlan['type'], more: Partial<LeafPlan> = {}): LeafPlan => ({
  column,
  type,
  length: 1,
  offset: 0,
  ...more,
});

interface Piece {
  readonly entries: number;
  readonly bytes?: Buffer;
  readonly embedded?: EmbeddedBasket;
}

/** A branch of these baskets, and what decodes it. */
function branchOf(pieces: readonly Piece[], plan: Omit<BranchPlan, 'branch' | 'baskets'>) {
  const file = Buffer.concat(pieces.map((piece) => piece.bytes ?? Buffer.alloc(0)));
  const first = [0];
  const seek: number[] = [];
  let at = 0;
  for (const { entries, bytes } of pieces) {
    first.push(first.at(-1)! + entries);
    seek.push(at);
    at += bytes?.length ?? 0;
  }
  const source: ByteSource = {
    path: 'memory',
    size: file.length,
    read: (position, length, target) => void file.copy(target, 0, position, position + length),
    close: () => undefined,
  };
  const whole: BranchPlan = {
    ...plan,
    branch: 'b',
    baskets: {
      seek: Float64Array.from(seek),
      bytes: Int32Array.from(pieces.map((piece) => piece.bytes?.length ?? 0)),
      first: Float64Array.from(first),
      embedded: new Map(pieces.flatMap(({ embedded }, i) => (embedded ? [[i, embedded] as const] : []))),
    },
  };
  const decoder = { reader: new BasketReader(source), unpacker: createUnpacker() };
  return (from: number, to: number) => decodeBranch(decoder, whole, from, to);
}

const floats = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => bytes.writeFloatBE(value, 4 * i));
  return bytes;
};

/** An entry of vector<float>: byte count with its mark, version, size, values. */
function vector(...values: number[]): Buffer {
  const head = Buffer.alloc(10);
  head.writeUInt32BE(0x4000_0000 + 6 + 4 * values.length, 0);
  head.writeUInt16BE(9, 4);
  head.writeInt32BE(values.length, 6);
  return Buffer.concat([head, floats(...values)]);
}

describe('vector<float>: ten bytes before the values of each entry', () => {
  const long = Array.from({ length: 40 }, (_, i) => i / 4);
  const lists = [[1, 2.5], [], long, [-3]];
  const entries = lists.map((list) => vector(...list));
  const starts = entries.map((_, i) => entries.slice(0, i).reduce((sum, entry) => sum + entry.length, 0));
  const plan = { layout: 'headed', header: 10, stride: 4, leaves: [leaf('b', 'float32')] } as const;

  test('whole, in part, and from two baskets', () => {
    const piece = { entries: 4, bytes: basketBytes(4, Buffer.concat(entries), starts) };
    expect(asLists(branchOf([piece], plan)(0, 4).get('b')!)).toEqual(lists);
    expect(asLists(branchOf([piece], plan)(1, 3).get('b')!)).toEqual(lists.slice(1, 3));
    const twice = branchOf([piece, piece], plan);
    expect(asLists(twice(2, 7).get('b')!)).toEqual([...lists, ...lists].slice(2, 7));
  });

  test('a size that does not fit its bytes is damage', () => {
    const bytes = basketBytes(4, Buffer.concat(entries), starts);
    bytes[keyLength + 9]! += 1;
    expect(() => branchOf([{ entries: 4, bytes }], plan)(0, 4)).toThrow('a vector of 3 elements takes 8 bytes');
  });

  test('entry offsets out of order are damage', () => {
    const bytes = basketBytes(4, Buffer.concat(entries), [0, 40, 18, 28]);
    expect(() => branchOf([{ entries: 4, bytes }], plan)(0, 4)).toThrow('its entry offsets are out of order');
  });
});

describe('several leaves in one branch (x/F:n/S:m[2]/D)', () => {
  const rows = [
    [1.5, -7, 10, 11],
    [2.5, 8, 20, 21],
    [-0.25, 300, 30, 31],
  ] as const;
  const bytes = Buffer.concat(
    rows.map(([x, n, a, b]) => {
      const entry = Buffer.alloc(22);
      entry.writeFloatBE(x, 0);
      entry.writeInt16BE(n, 4);
      entry.writeDoubleBE(a, 6);
      entry.writeDoubleBE(b, 14);
      return entry;
    }),
  );
  const read = branchOf([{ entries: 3, bytes: basketBytes(3, bytes) }], {
    layout: 'flat',
    header: 0,
    stride: 22,
    leaves: [
      leaf('b.x', 'float32'),
      leaf('b.n', 'int16', { offset: 4 }),
      leaf('b.m', 'float64', { offset: 6, length: 2 }),
    ],
  });
  test.each([
    [0, 3],
    [1, 2],
  ])('entries %i to %i', (from, to) => {
    const columns = read(from, to);
    const some = rows.slice(from, to);
    expect(asLists(columns.get('b.x')!)).toEqual(some.map((row) => row[0]));
    expect(asLists(columns.get('b.n')!)).toEqual(some.map((row) => row[1]));
    expect(asLists(columns.get('b.m')!)).toEqual(some.map((row) => [row[2], row[3]]));
  });
});

describe('baskets without a table of entry offsets', () => {
  const counts = Buffer.from([2, 0, 1].flatMap((n) => [0, 0, 0, n]));
  const counterPieces = [{ entries: 3, bytes: basketBytes(3, counts) }];
  const values = basketBytes(3, floats(1, 2, 3));
  const plan = { layout: 'jagged', header: 0, stride: 4, leaves: [leaf('b', 'float32')] } as const;

  test('take list lengths from the counter branch', () => {
    // Both branches in one file: the counter's basket behind the values'.
    const counter: BranchPlan = {
      branch: 'n',
      layout: 'flat',
      header: 0,
      stride: 4,
      leaves: [leaf('n', 'int32')],
      baskets: {
        seek: Float64Array.of(values.length),
        bytes: Int32Array.of(counterPieces[0]!.bytes.length),
        first: Float64Array.of(0, 3),
        embedded: new Map(),
      },
    };
    const read = branchOf(
      [
        { entries: 3, bytes: values },
        { entries: 3, bytes: counterPieces[0]!.bytes },
      ],
      { ...plan, counter },
    );
    expect(asLists(read(0, 3).get('b')!)).toEqual([[1, 2], [], [3]]);
    expect(asLists(read(1, 3).get('b')!)).toEqual([[], [3]]);
  });

  test('are damage where there is no counter', () => {
    expect(() => branchOf([{ entries: 3, bytes: values }], plan)(0, 3)).toThrow(
      'its table of entry offsets is missing',
    );
  });
});

test('baskets inside the tree follow those on disk', () => {
  const embedded: EmbeddedBasket = {
    data: floats(7, 8, 9),
    entries: 2,
    keyLength,
    offsets: Int32Array.of(keyLength, keyLength + 8),
  };
  const pieces = [
    { entries: 2, bytes: basketBytes(2, floats(1, 2), [0, 4]) },
    { entries: 2, embedded },
  ];
  const plan = { layout: 'jagged', header: 0, stride: 4, leaves: [leaf('b', 'float32')] } as const;
  expect(asLists(branchOf(pieces, plan)(0, 4).get('b')!)).toEqual([[1], [2], [7, 8], [9]]);
  const flat = branchOf(
    [
      { entries: 2, bytes: basketBytes(2, floats(1, 2)) },
      { entries: 3, embedded: { data: floats(7, 8, 9), entries: 3, keyLength } },
    ],
    { ...plan, layout: 'flat' },
  );
  expect(asLists(flat(1, 5).get('b')!)).toEqual([2, 7, 8, 9]);
});

test('the error of a damaged basket knows its place', () => {
  const good = basketBytes(2, floats(1, 2));
  const plan = { layout: 'flat', header: 0, stride: 4, leaves: [leaf('b', 'float32')] } as const;
  const read = branchOf(
    [
      { entries: 2, bytes: good },
      { entries: 2, bytes: basketBytes(2, floats(1, 2, 3)) },
    ],
    plan,
  );
  expect(asLists(read(0, 2).get('b')!)).toEqual([1, 2]);
  expect(() => read(0, 4)).toThrow(
    expect.objectContaining({
      place: { branch: 'b', basket: 1, from: 2, to: 4, why: 'it holds 12 bytes, 2 entries take 8' },
    }),
  );
});

describe('baskets larger than one go', () => {
  const count = 40_000;
  const values = Float32Array.from({ length: count }, (_, i) => Math.sin(i));
  const big = Buffer.from(values.buffer.slice(0)).swap32();
  const whole = Array.from(values);

  test('flat: plain bytes go straight to their place, any range of them', () => {
    const plan = { layout: 'flat', header: 0, stride: 4, leaves: [leaf('b', 'float32')] } as const;
    const piece = { entries: count, bytes: basketBytes(count, big) };
    const read = branchOf([piece, piece], plan);
    expect(asLists(read(0, count).get('b')!)).toEqual(whole);
    expect(asLists(read(count - 3, count + 2).get('b')!)).toEqual([...whole.slice(-3), ...whole.slice(0, 2)]);
  });

  test('lists of any length, whole and in part', () => {
    const plan = { layout: 'jagged', header: 0, stride: 4, leaves: [leaf('b', 'float32')] } as const;
    const lengths = Array.from({ length: count / 2 }, (_, i) => i % 5);
    const starts = lengths.map((_, i) => 4 * (10 * Math.floor(i / 5) + ((i % 5) * ((i % 5) - 1)) / 2));
    const bytes = basketBytes(count / 2, big, starts);
    const lists = lengths.map((n, i) => whole.slice(starts[i]! / 4, starts[i]! / 4 + n));
    const read = branchOf(
      [
        { entries: count / 2, bytes },
        { entries: count / 2, bytes },
      ],
      plan,
    );
    expect(asLists(read(0, count).get('b')!)).toEqual([...lists, ...lists]);
    expect(asLists(read(7, count / 2 + 9).get('b')!)).toEqual([...lists.slice(7), ...lists.slice(0, 9)]);
  });
});

test('lists whose elements do not fill them are damage', () => {
  const plan = { layout: 'jagged', header: 0, stride: 4, leaves: [leaf('b', 'float32')] } as const;
  const bytes = basketBytes(3, floats(1, 2, 3), [0, 6, 8]);
  expect(() => branchOf([{ entries: 3, bytes }], plan)(0, 3)).toThrow('an entry of 6 bytes is no list of float32');
});
