/** Turn the big-endian words of a buffer round in place. */
export function swapBytes(bytes: Buffer, width: number): void {
  if (width === 8) bytes.swap64();
  else if (width === 4) bytes.swap32();
  else if (width === 2) bytes.swap16();
}

export const bytesOf = (array: ArrayBufferView): Buffer =>
  Buffer.from(array.buffer, array.byteOffset, array.byteLength);
