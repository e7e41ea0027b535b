import { AsyncLocalStorage } from 'node:async_hooks';

const methods = ['log', 'warn', 'error', 'info'] as const;
const heard = new AsyncLocalStorage<string[]>();
/** How many calls are under way, and the methods to put back after the last. */
const state: { depth: number; saved: Pick<Console, (typeof methods)[number]> | undefined } = {
  depth: 0,
  saved: undefined,
};

/**
 * Run a piece of work that talks on the console and collect what it says. jsroot reports failures that way alone, so its
 * words are evidence; other work that runs meanwhile keeps its console.
 */
export async function listen<T>(work: () => Promise<T>): Promise<{ result: T; said: readonly string[] }> {
  if (state.depth++ === 0) {
    const saved = { log: console.log, warn: console.warn, error: console.error, info: console.info };
    state.saved = saved;
    for (const method of methods) {
      console[method] = (...words: unknown[]) => {
        const ours = heard.getStore();
        if (ours) ours.push(words.map(String).join(' '));
        else saved[method].apply(console, words);
      };
    }
  }
  const said: string[] = [];
  try {
    return { result: await heard.run(said, work), said };
  } finally {
    if (--state.depth === 0 && state.saved) Object.assign(console, state.saved);
  }
}
