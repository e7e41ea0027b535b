import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import path from 'node:path';

const root =
  process.env['DATAMC_TEST_DATA'] ?? path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../shared/data');

let told = false;

/** True where the folder of real detector data is present; says once why the tests that need it are skipped. */
export const hasSharedData = ((): boolean => {
  const here = existsSync(root);
  if (!here && !told) {
    told = true;
    console.warn(`tests on real data are skipped: no folder ${root} (set DATAMC_TEST_DATA to name another)`);
  }
  return here;
})();

/** Path of a real data file, such as `alice-dstar/SmallSkimmed_Dstar_pp5TeV_train308.root`. */
export const sharedData = (name: string): string => path.join(root, name);
