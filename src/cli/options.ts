import { InvalidArgumentError } from 'commander';

function parsed(text: string, ok: (n: number) => boolean, expected: string): number {
  const n = Number(text);
  if (text.trim() === '' || !ok(n)) throw new InvalidArgumentError(`expected ${expected}`);
  return n;
}

/** 1, 2, 3, … */
export const positiveInteger = (text: string): number =>
  parsed(text, (n) => Number.isSafeInteger(n) && n > 0, 'a whole number above 0');

/** Numbers of bins: fewer have no shape. */
export const atLeastTen = (text: string): number =>
  parsed(text, (n) => Number.isSafeInteger(n) && n >= 10, 'a whole number from 10');

/** What a stream of random numbers begins with: 32 bits, as in a study file. */
export const seed = (text: string): number =>
  parsed(text, (n) => Number.isInteger(n) && n >= 0 && n <= 0xffffffff, 'a whole number from 0 to 4294967295');

/** Any whole number. */
export const integer = (text: string): number => parsed(text, Number.isSafeInteger, 'a whole number');

/** Any finite number. */
export const number = (text: string): number => parsed(text, Number.isFinite, 'a number');

/** `a,b,c` → `['a', 'b', 'c']`; commas in brackets do not separate. */
export function list(text: string): string[] {
  const items = [''];
  let depth = 0;
  for (const letter of text) {
    if ('([{'.includes(letter)) depth++;
    if (')]}'.includes(letter)) depth--;
    if (letter === ',' && depth === 0) items.push('');
    else items[items.length - 1] += letter;
  }
  return items.map((item) => item.trim()).filter(Boolean);
}

/** `1.80,1.95` → `[1.8, 1.95]` */
export function range(text: string): [number, number] {
  const ends = text.split(',').map(number);
  if (ends.length !== 2 || !(ends[0] < ends[1])) throw new InvalidArgumentError('expected LOW,HIGH with LOW < HIGH');
  return [ends[0], ends[1]];
}

/** For repeated options: `--define a=b --define c=d` → `{ a: 'b', c: 'd' }`. */
export function assignments(text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const at = text.indexOf('=');
  const [name, value] = [text.slice(0, at).trim(), text.slice(at + 1).trim()];
  if (at < 1 || name === '' || value === '') throw new InvalidArgumentError('expected NAME=EXPRESSION');
  if (Object.hasOwn(before, name)) throw new InvalidArgumentError(`"${name}" was given before`);
  return { ...before, [name]: value };
}
