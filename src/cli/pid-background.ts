import { InvalidArgumentError } from 'commander';
import path from 'node:path';

/** A background on the command line. */
export interface BackgroundArgument {
  readonly name: string;
  readonly files: readonly string[];
  readonly scale: number;
  readonly error?: number;
}

/** `NAME=FILE[:SCALE[:ERROR]]`, may be repeated; files of one name are one background. */
export function backgroundArgument(text: string, before: readonly BackgroundArgument[] = []): BackgroundArgument[] {
  const at = text.indexOf('=');
  const form = 'expected NAME=FILE[:SCALE[:ERROR]]';
  if (at < 1) throw new InvalidArgumentError(form);
  const name = text.slice(0, at).trim();
  const numbers: number[] = [];
  let file = text.slice(at + 1);
  // Numbers stand at the end; a file may have colons of its own.
  for (let i = 0; i < 2; i++) {
    const tail = /^(.*):([^:]+)$/.exec(file);
    if (!tail || tail[2].trim() === '' || !Number.isFinite(Number(tail[2]))) break;
    numbers.unshift(Number(tail[2]));
    file = tail[1];
  }
  if (file.trim() === '') throw new InvalidArgumentError(form);
  const [scale = 1, error] = numbers;
  const files = [path.resolve(file)];
  const same = before.find((b) => b.name === name);
  if (!same) return [...before, { name, files, scale, ...(error === undefined ? {} : { error }) }];
  return before.map((b) => (b === same ? { ...b, files: [...b.files, ...files] } : b));
}
