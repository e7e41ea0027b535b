import { createRequire } from 'node:module';

interface Manifest {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

const manifest = createRequire(import.meta.url)('../../package.json') as Manifest;

/** The version of datamc. */
export const version = manifest.version;

/** Versions of the libraries that read and compute, the same on every machine. */
export function libraryVersions(): Record<string, string> {
  const libraries = ['onnxruntime-node', '@duckdb/node-api', 'jsroot', 'h5wasm'];
  return Object.fromEntries(
    libraries.flatMap((name) => [[name, manifest.dependencies[name]] as const]).filter(([, v]) => v),
  );
}

/** Versions of datamc, of Node and of the libraries that compute, for a run's record. */
export function versions(): Record<string, string> {
  return {
    datamc: version,
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    ...libraryVersions(),
  };
}
