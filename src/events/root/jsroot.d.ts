// The part of jsroot that is used here; the package has no types for these entry points.
declare module 'jsroot/io' {
  export class FileProxy {
    openFile(): Promise<boolean>;
    getFileName(): string;
    getFileSize(): number;
    readBuffer(position: number, length: number): Promise<DataView>;
    closeFile(): void;
  }
  export class TBuffer {
    constructor(view: DataView, position: number, file: unknown);
    fTagOffset: number;
  }
  export function openFile(proxy: FileProxy): Promise<unknown>;
}
declare module 'jsroot/tree' {
  export class TSelector {
    tgtobj: Record<string, unknown>;
    addBranch(branch: unknown, name: string): number;
    Process(entry: number): void;
    Terminate(result: boolean): void;
  }
  export function treeProcess(tree: unknown, selector: TSelector, args: object): Promise<unknown>;
}
declare module 'jsroot/rntuple' {
  export function readHeaderFooter(ntuple: unknown): Promise<boolean>;
}
