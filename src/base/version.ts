import { createRequire } from 'node:module';

interface Manifest {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

const manifest = createRequire(import.meta.url)('../../package.json') as Manifest;

/** The version of datamc. */
export const version = manifest.version;

/** Versions of datamc, of Node and of the libraries that compute, for a run's record. */
export function versions(): Record<string, string> {
  const libraries = ['onnxruntime-node', '@duckdb/node-api', 'jsroot', 'h5wasm'];
  return {
    datamc: version,
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    ...Object.fromEntries(
      libraries.flatMap((name) => [[name, manifest.dependencies[name]] as const]).filter(([, v]) => v),
    ),
  };
}
