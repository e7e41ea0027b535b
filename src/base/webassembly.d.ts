// Node has WebAssembly; its types come with the browser's, which this package does not load.
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    constructor(module: Module, imports?: object);
    readonly exports: Record<string, unknown>;
  }
  /** In pages of 65 536 bytes. Shared memory reaches every thread that is given it. */
  class Memory {
    constructor(size: { readonly initial: number; readonly maximum: number; readonly shared: true });
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  }
}
