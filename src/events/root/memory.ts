/**
 * Memory that is not cleared first: whoever takes it fills all of it or throws. For results of a hundred megabytes clearing
 * costs as much as decoding them.
 */
export function unclearedBuffer(bytes: number): Buffer<ArrayBuffer> {
  const buffer = Buffer.allocUnsafeSlow(bytes);
  // Node may hand out a part of something larger.
  return buffer.byteOffset === 0 && buffer.buffer.byteLength === bytes ? buffer : Buffer.from(new ArrayBuffer(bytes));
}
