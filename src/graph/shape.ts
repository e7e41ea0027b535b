/** A size is a number, or a multiple of one symbolic batch, which stays open in an exported file. */
export type Size = number | { readonly times: number; readonly of: string };

/** A named dimension. Names are checked where shapes must agree; a dimension of size 1 agrees with any. */
export interface Dim {
  readonly name: string;
  readonly size: Size;
}

export type Shape = readonly Dim[];

/** `dim('feature', 6)`, or `dim('batch', 'N')` for a batch whose size is left open. */
export const dim = (name: string, size: Size | string): Dim => ({
  name,
  size: typeof size === 'string' ? { times: 1, of: size } : size,
});

export const sameSize = (a: Size, b: Size): boolean =>
  typeof a === 'number' || typeof b === 'number' ? a === b : a.times === b.times && a.of === b.of;

export const sizeText = (size: Size): string =>
  typeof size === 'number' ? String(size) : size.times === 1 ? size.of : `${size.times}${size.of}`;

/** `[feature 6, batch N]` */
export const shapeText = (shape: Shape): string => `[${shape.map((d) => `${d.name} ${sizeText(d.size)}`).join(', ')}]`;

/** Product of sizes; at most one may be symbolic. */
export function product(sizes: readonly Size[]): Size {
  let times = 1;
  let of: string | undefined;
  for (const size of sizes) {
    if (typeof size === 'number') times *= size;
    else {
      if (of !== undefined) throw new RangeError('more than one symbolic size');
      times *= size.times;
      of = size.of;
    }
  }
  return of === undefined ? times : { times, of };
}

export const elements = (shape: Shape): Size => product(shape.map((d) => d.size));
