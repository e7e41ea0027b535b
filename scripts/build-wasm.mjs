// Compiles every WebAssembly text of src/ to the module beside it that holds the same as base64: node scripts/build-wasm.mjs
// Run it after every change of a .wat; tests compare the two.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import wabt from 'wabt';

const src = path.join(path.dirname(path.dirname(fileURLToPath(import.meta.url))), 'src');
const compiler = await wabt();
for (const [folder, name, features] of [
  ['events/root/codecs', 'lz4', { simd: true, bulk_memory: true }],
  ['events/parquet', 'snappy', { simd: true, bulk_memory: true }],
  ['graph', 'adam', { simd: true, threads: true }],
]) {
  const text = readFileSync(path.join(src, folder, `${name}.wat`), 'utf8');
  const base64 = Buffer.from(compiler.parseWat(`${name}.wat`, text, features).toBinary({}).buffer).toString('base64');
  const lines = base64.match(/.{1,100}/g).map((line) => `  '${line}'`);
  writeFileSync(
    path.join(src, folder, `${name}-wasm.ts`),
    `// Generated from ${name}.wat by scripts/build-wasm.mjs: do not edit.\nexport const ${name}Wasm =\n${lines.join(' +\n')};\n`,
  );
}
