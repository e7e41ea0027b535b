import { expect, test, vi } from 'vitest';
import { openBytes } from '../../../src/events/root/byte-source.js';
import { createUnpacker } from '../../../src/events/root/codecs/unpack.js';
import type { JsrootTree } from '../../../src/events/root/jsroot-objects.js';
import { openMetadata, quietly } from '../../../src/events/root/metadata.js';
import { listen } from '../../../src/events/root/quiet-console.js';
import { readThroughJsroot } from '../../../src/events/root/through-jsroot.js';
import { asLists, expected, failure, fixture } from './helpers.js';

test.each(['zlib', 'lz4', 'lzma'])('jsroot gives the values that are decoded natively (%s)', async (codec) => {
  const source = openBytes(fixture(`${codec}.root`));
  const file = await openMetadata(source, createUnpacker());
  const tree = (await file.readObject('events')) as JsrootTree;
  for (const name of ['f8', 'i2', 'track', 'name']) {
    const branch = tree.fBranches.arr.find((each) => each.fName === name)!;
    for (const [from, to] of [
      [0, 180],
      [79, 82],
      [100, 101],
      [7, 7],
    ] as const) {
      const column = await readThroughJsroot(tree, branch, from, to);
      const values = asLists(column).map((value) => (value === '' && name !== 'name' ? [] : value));
      expect(values, `${name} ${from} ${to}`).toEqual(expected[name]!.slice(from, to));
    }
  }
  source.close();
});

test('what jsroot says about a failure is an error', async () => {
  const error = await failure(
    quietly(() => {
      console.log('Missmatch in Event:3 bytecount expected = 20  got = 24');
      return Promise.resolve(1);
    }),
  );
  expect(error.message).toContain('Missmatch in Event');
});

test('only the words of the work itself are taken from the console', async () => {
  const print = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  const pause = () => new Promise((resolve) => setTimeout(resolve, 5));
  const heard = listen(async () => {
    await pause();
    console.log('inside');
    return 7;
  });
  console.log('outside');
  expect(await heard).toEqual({ result: 7, said: ['inside'] });
  console.log('after');
  expect(print.mock.calls).toEqual([['outside'], ['after']]);
  print.mockRestore();
});
