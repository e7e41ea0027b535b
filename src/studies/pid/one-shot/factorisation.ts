import { userError } from '../../../base/error.js';
import type { JsonObject } from '../../../base/json.js';
import type { EventStore } from '../../../events/store.js';
import { withTemporaryStore } from '../../../events/temporary-store.js';
import { pick } from '../../../fit/component.js';
import type { Range } from '../../../fit/density.js';
import { binValidity } from '../../../fit/bin-validity.js';
import { factorisationTests, significanceLimit } from '../../../fit/factorisation.js';
import { openFiles, type FileOptions, type FileSample } from './open-files.js';

export interface FactorisationOptions extends FileSample, FileOptions {
  /** The fit variable: a column or an expression. */
  readonly variable: string;
  /** Control variables, and the edges of bins whose validity is asked for; none: the tests alone. */
  readonly controls: Readonly<Record<string, readonly number[]>>;
  /** Ranges of the fit variable in which there is background alone. Tested together. */
  readonly sidebands: readonly Range[];
  /** Simulated signal: its `select` is the match to truth. */
  readonly signal?: FileSample | undefined;
  /** 0.01 unless told. */
  readonly falseAlarm?: number | undefined;
}

interface Pure {
  readonly name: string;
  readonly x: Float64Array;
  readonly controls: Readonly<Record<string, Float64Array>>;
  readonly weights?: Float64Array;
}

/**
 * Whether a fit variable factorises with control variables, in side bands and in simulated signal, and in which bins weights
 * of one fit may be trusted. Rows without a value are left out and counted.
 *
 * @returns `valid`: no test and no bin speaks against it
 * @throws userError `pid.factorisation` where there is nothing to test
 * @example await factorisation({ files: ['data.root'], variable: 'D0_M', controls: { D0_K_p: [0.3, 1, 1.5, 4] }, sidebands: [[1.8, 1.83], [1.9, 1.95]] })
 */
export async function factorisation(options: FactorisationOptions): Promise<JsonObject> {
  const { controls, sidebands, signal, falseAlarm = 0.01 } = options;
  if (Object.keys(controls).length === 0 || (sidebands.length === 0 && !signal))
    throw userError({
      code: 'pid.factorisation',
      message: 'there is nothing to test',
      expected: 'a control variable, and side bands or simulated signal',
    });
  if (!(falseAlarm > 0 && falseAlarm < 1))
    throw userError({
      code: 'pid.factorisation',
      message: `the probability of a false alarm is ${falseAlarm}`,
      path: '--false-alarm',
      expected: 'a number between 0 and 1, such as 0.01',
    });
  const samples = await withTemporaryStore(options.jobs, async (store) => {
    const found: Pure[] = [];
    if (sidebands.length > 0) found.push(await pure(store, 'side bands', options, options, sidebands));
    if (signal) found.push(await pure(store, 'simulated signal', signal, options));
    return found;
  });
  const tests = factorisationTests(samples);
  const limit = significanceLimit(tests.length, falseAlarm);
  const bins = Object.entries(controls).flatMap(([control, edges]) => {
    if (edges.length < 2) return [];
    const placed = samples.map((s) => ({ ...s, bins: s.controls[control].map((v) => binOf(edges, v)) }));
    const found = binValidity(placed, edges.length - 1, { falseAlarm });
    return [
      [
        control,
        found.map(({ bin, status, reasons }) => ({ low: edges[bin], high: edges[bin + 1], status, reasons })),
      ] as const,
    ];
  });
  const valid =
    tests.every((t) => !(Math.abs(t.z) > limit)) && bins.every(([, b]) => b.every((v) => v.status !== 'invalid'));
  const told = tests.map(({ sample, control, kind, tau, z, pValue, entries }) => ({
    sample,
    control,
    kind,
    tau: finite(tau),
    z: finite(z),
    pValue,
    entries,
    significant: Math.abs(z) > limit,
  }));
  return { valid, limit, tests: told, bins: Object.fromEntries(bins) };
}

// A constant control variable has neither; JSON has no NaN.
const finite = (v: number): number => (Number.isFinite(v) ? v : 0);

/** Bins of tables are right-closed. */
function binOf(edges: readonly number[], v: number): number {
  for (let i = 0; i + 1 < edges.length; i++) if (v > edges[i] && v <= edges[i + 1]) return i;
  return -1;
}

async function pure(
  store: EventStore,
  name: string,
  sample: FileSample,
  options: FactorisationOptions,
  bands?: readonly Range[],
): Promise<Pure> {
  const { variable, controls, warn } = options;
  const table = await openFiles(store, sample, options, name);
  table.check(variable, '--variable');
  const names = Object.keys(controls);
  const inside = bands?.map(([low, high]) => `(${low} <= (${variable}) and (${variable}) <= ${high})`).join(' or ');
  const read = await table.read(
    {
      x: variable,
      ...Object.fromEntries(names.map((n, i) => [`c${i}`, n])),
      ...(sample.weight === undefined ? {} : { w: sample.weight }),
    },
    { path: name, ...(inside === undefined ? {} : { where: inside }) },
  );
  const columns = Object.values(read);
  const rows = Uint32Array.from([...read['x'].keys()].filter((e) => columns.every((c) => Number.isFinite(c[e]))));
  if (rows.length < read['x'].length)
    warn?.(`${name}: rows without a value are left out`, read['x'].length - rows.length);
  if (rows.length < 3)
    throw userError({
      code: 'pid.factorisation',
      message: `there are ${rows.length} events of ${name}`,
      path: name,
      expected: 'some dozens at least',
      hint: 'look at the ranges of the side bands and at the cuts',
    });
  return {
    name,
    x: pick(read['x'], rows),
    controls: Object.fromEntries(names.map((n, i) => [n, pick(read[`c${i}`], rows)])),
    ...(sample.weight === undefined ? {} : { weights: pick(read['w'], rows) }),
  };
}
