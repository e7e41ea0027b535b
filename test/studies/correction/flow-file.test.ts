import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { logProb } from '../../../src/models/evaluate-flow.js';
import { flowSpec } from '../../../src/models/flow-spec.js';
import { seedKey } from '../../../src/stats/key.js';
import { loadFlow, saveFlow } from '../../../src/studies/correction/flow-file.js';
import { temporaryFolder } from '../../helpers/toy-run.js';
import { bentFlow, eventsOf } from '../../models/bent-flow.js';

const home = temporaryFolder();
const small = { hidden: [8], bins: 5 };

test.each([
  flowSpec({ kind: 'spline', features: 1, ...small }),
  flowSpec({ kind: 'spline', features: 1, context: 2, tails: 'identity', ...small }),
  flowSpec({ kind: 'autoregressive', features: 2, context: 1, transforms: 2, ...small }),
  flowSpec({ kind: 'affine', features: 3, ...small }),
])('$kind of $features given $context: the same flow, bit for bit', async (spec) => {
  const flow = bentFlow(spec, seedKey(101).split(spec.kind));
  const file = path.join(home, `${spec.kind}-${spec.context}.json`);
  await saveFlow(file, flow);
  const read = await loadFlow(file);
  expect(read).toEqual(flow);
  const { features, context } = eventsOf(flow, seedKey(102), 50);
  expect(await logProb(read, features, context)).toEqual(await logProb(flow, features, context));
  await saveFlow(`${file}.again`, read);
  expect(await readFile(`${file}.again`)).toEqual(await readFile(file));
});
