/**
 * Works on up to `most` items of a stream at once and yields the outcomes in the items' order. An error is thrown when
 * its turn comes.
 */
export async function* inOrder<In, Out>(
  items: AsyncIterable<In>,
  work: (item: In) => Promise<Out>,
  most: number,
): AsyncGenerator<Out> {
  const running: Promise<Out>[] = [];
  for await (const item of items) {
    const outcome = work(item);
    // Until its turn an error is nobody's: without this the process would end on it.
    outcome.catch(() => undefined);
    running.push(outcome);
    if (running.length >= most) yield running.shift() as Promise<Out>;
  }
  for (const outcome of running) yield outcome;
}
