import { snappyWasm } from './snappy-wasm.js';

interface SnappyExports {
  readonly memory: WebAssembly.Memory;
  /** End of the output, 0 if damaged. */
  snappy(from: number, to: number, out: number, outEnd: number): number;
}

/** A Snappy decoder with its own WebAssembly memory (snappy.wat), in which what it answers lies until the next call. */
export function snappyDecoder(): (stored: Buffer, size: number) => Uint8Array {
  const module = new WebAssembly.Module(Buffer.from(snappyWasm, 'base64'));
  const wasm = new WebAssembly.Instance(module).exports as unknown as SnappyExports;
  return (stored, size) => {
    // The output follows the input; both need slack, since 16 bytes are copied at a time.
    const out = (stored.length + 63) & ~31;
    const missing = out + size + 64 - wasm.memory.buffer.byteLength;
    if (missing > 0) wasm.memory.grow(Math.ceil(missing / 65_536));
    const heap = new Uint8Array(wasm.memory.buffer);
    heap.set(stored);
    // The length of the output stands in front, seven bits a byte; the page's header has told it.
    let from = 0;
    while (from < 5 && (stored[from++] ?? 0) >= 128);
    const end = wasm.snappy(from, stored.length, out, out + size);
    if (end !== out + size) throw new Error('its Snappy block is damaged');
    return heap.subarray(out, end);
  };
}
