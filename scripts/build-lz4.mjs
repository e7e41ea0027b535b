// Compiles src/events/root/codecs/lz4.wat to the module beside it that holds the same as base64: node scripts/build-lz4.mjs
// Run it after every change of the .wat; a test compares the two.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import wabt from 'wabt';

const folder = path.join(path.dirname(path.dirname(fileURLToPath(import.meta.url))), 'src/events/root/codecs');
const module = (await wabt()).parseWat('lz4.wat', readFileSync(path.join(folder, 'lz4.wat'), 'utf8'), {
  simd: true,
  bulk_memory: true,
});
const base64 = Buffer.from(module.toBinary({}).buffer).toString('base64');
const lines = base64.match(/.{1,100}/g).map((line) => `  '${line}'`);
writeFileSync(
  path.join(folder, 'lz4-wasm.ts'),
  `// Generated from lz4.wat by scripts/build-lz4.mjs: do not edit.\nexport const lz4Wasm =\n${lines.join(' +\n')};\n`,
);
