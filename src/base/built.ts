import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * The module that a process of its own can load: the one named, or, when datamc runs from its TypeScript sources
 * (as in its tests), the compiled one.
 */
export function builtModule(url: URL): string {
  if (existsSync(fileURLToPath(url))) return url.href;
  const at = url.href.lastIndexOf('/src/');
  return at < 0 ? url.href : `${url.href.slice(0, at)}/dist/${url.href.slice(at + 5).replace(/\.ts$/, '.js')}`;
}
