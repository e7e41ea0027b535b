import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { SHIPPED_MODES, shippedModes } from '../../../../src/studies/pid/schema/mode-file.js';
import { modeSchema } from '../../../../src/studies/pid/schema/mode-schema.js';

const names = await shippedModes();

test.each(names)('%s is a mode that a study takes', (name) => {
  const { modes } = parse(readFileSync(path.join(SHIPPED_MODES, `${name}.yaml`), 'utf8')) as {
    modes: Record<string, unknown>;
  };
  for (const mode of Object.values(modes)) {
    const parsed = modeSchema.parse(mode);
    expect(Object.keys(parsed.truth)).toEqual(Object.keys(parsed.probes));
  }
});
