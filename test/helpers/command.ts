import { vi } from 'vitest';
import { commandLine } from '../../src/cli/command-line.js';

/** What a command said, and its exit status. */
export interface Said {
  readonly out: string;
  readonly err: string;
  readonly status: number;
}

/** Does a `datamc` command in this process: the same as the program, without the second that a new one takes. */
export async function datamc(...argv: string[]): Promise<Said> {
  const said = { out: '', err: '' };
  const listen = (stream: NodeJS.WriteStream, key: keyof typeof said) =>
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      said[key] += String(text);
      return true;
    });
  const spies = [listen(process.stdout, 'out'), listen(process.stderr, 'err')];
  try {
    await commandLine(argv);
    return { ...said, status: Number(process.exitCode ?? 0) };
  } finally {
    process.exitCode = undefined;
    for (const spy of spies) spy.mockRestore();
  }
}
