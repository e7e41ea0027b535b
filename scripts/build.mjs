// Compiles src/ to dist/ and copies the few files that are not TypeScript (fonts, WebAssembly text, style sheets).
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import path from 'node:path';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const dist = path.join(root, 'dist');
// An incremental build whose output folder was deleted would emit nothing.
if (!existsSync(dist)) rmSync(path.join(root, 'node_modules/.cache/tsconfig.tsbuildinfo'), { force: true });

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
execFileSync(process.execPath, [tsc, '-p', path.join(root, 'tsconfig.json')], { stdio: 'inherit' });

const assets = /\.(wat|css|svg|ttf|html)$/;
cpSync(path.join(root, 'src'), dist, {
  recursive: true,
  filter: (from) => !path.extname(from) || assets.test(from),
});
chmodSync(path.join(dist, 'cli/main.js'), 0o755);
