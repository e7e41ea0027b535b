import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { userError } from '../../../base/error.js';
import type { JsonObject } from '../../../base/json.js';
import { withTemporaryStore } from '../../../events/temporary-store.js';
import { writeFigure } from '../../../figures/write-figure.js';
import { tableName } from '../../../formats/tables/names.js';
import { SHARED_STATISTICS, toSharedStatistics } from '../../../formats/tables/shared-statistics.js';
import { writeWeightTables, type TableFormat } from '../../../formats/tables/write-tables.js';
import type { WeightTable } from '../../../hist/weight-table.js';
import { particleOf } from '../../../physics/particles.js';
import { seedKey } from '../../../stats/key.js';
import { axesOf } from '../tables/axes.js';
import { tableFigures } from '../tables/draw-rates.js';
import { warnOfTables, writeRates, type TableOptions } from './efficiency-table.js';
import { openCandidates, warnOf, type FileSample, type Probe } from './file-sample.js';
import { makeTables, type MadeTables } from '../tables/make-tables.js';
import { warnOfMissing } from '../tables/missing-values.js';
import { requireCandidates, requirePassing } from '../tables/nothing-left.js';
import { sharedStatistics } from '../tables/shared-statistics.js';
import { rateResult, weightResult } from '../tables/table-result.js';
import { uniqueNames } from './unique-names.js';

export interface WeightTableOptions extends TableOptions {
  readonly data: FileSample;
  readonly simulation: FileSample;
  /** The particle that the cut looks for. Absent: fake rates alone, of what `reco` names. */
  readonly probe?: Probe | undefined;
  /** Particles that pass by mistake: a table of fake rates for each. */
  readonly fakes?: readonly Probe[] | undefined;
  readonly reco?: string | undefined;
  /** Also weights of candidates that fail the cut. */
  readonly notIdentified?: boolean | undefined;
  /** Formats beside datamc's CSV. */
  readonly formats?: readonly TableFormat[] | undefined;
}

export interface WeightTables {
  readonly tables: readonly MadeTables[];
  readonly result: JsonObject;
}

const PLACES = { cut: '--cut', precut: '--precut', binning: '--binning' } as const;

/**
 * Tables of data over simulation, ε_data/ε_simulation in bins, with statistical and systematic uncertainties by source:
 * `datamc pid weight-table`. With `out`, CSV tables of weights and rates, and any of the exchange formats.
 *
 * @throws userError for unknown columns, edges that do not increase, weights that are not finite
 * @example
 * await weightTable({
 *   data: { files: ['data.parquet'], weight: 'sWeight_nominal', systematics: { sweights: 'sWeight_systematic' } },
 *   simulation: { files: ['mc.parquet'], truth: { K: 'abs(mcPDG) == 321', pi: 'abs(mcPDG) == 211' } },
 *   probe: { particle: 'K', prefix: 'D0_K' }, fakes: [{ particle: 'pi', prefix: 'D0_pi' }],
 *   cuts: ['kaonID > 0.6'], binning: { p: { edges: [0.5, 1, 2, 4] } }, out: 'tables', formats: ['belle2', 'correctionlib'],
 * });
 */
export async function weightTable(options: WeightTableOptions): Promise<WeightTables> {
  const {
    data,
    simulation,
    probe,
    fakes = [],
    cuts,
    precuts,
    closed,
    interval,
    replicas,
    notIdentified,
    warn,
  } = options;
  const probes = [...(probe ? [probe] : []), ...fakes];
  const reco = particleOf(options.reco ?? probes[0]?.particle ?? '', options.reco === undefined ? '--probe' : '--reco');
  const same = fakes.find((fake) => particleOf(fake.particle, '--fake').pdg === reco.pdg);
  if (same)
    throw userError({
      code: 'pid.fake',
      message: `"${same.particle}" is what the cut looks for, and no fake`,
      path: '--fake',
      expected: 'another particle, such as --fake pi=D0_pi',
      hint: '--probe is the particle that the cut looks for; --reco names it where there are fakes alone',
    });
  const tables = await withTemporaryStore(options.jobs, async (store) => {
    const truths = [];
    for (const own of probes) {
      truths.push({
        particle: particleOf(own.particle, own === probe ? '--probe' : '--fake'),
        data: [await openCandidates(store, data, own, '--data')],
        simulation: [await openCandidates(store, simulation, own, '--simulation')],
      });
    }
    const ranges = truths.flatMap((t) => t.data.map(({ table, weight, select }) => ({ table, weight, where: select })));
    const axes = await axesOf(options.binning, ranges);
    for (const truth of truths)
      for (const name of ['data', 'simulation'] as const)
        await warnOfMissing(truth[name], cuts, { whose: `${truth.particle.name} in ${name}`, at: PLACES.cut, warn });
    const made = await makeTables({
      truths,
      ...{ cuts, precuts, axes, closed, reco, interval, replicas, notIdentified },
      key: seedKey(options.seed ?? 1),
      correlations: true,
      places: PLACES,
    });
    const each = made.length / truths.length;
    for (const [i, truth] of truths.entries()) {
      const own = made.slice(i * each, (i + 1) * each);
      const of = (sample: 'data' | 'simulation', candidates: string): void =>
        requireCandidates(
          own.map((m) => m[sample]),
          { ...PLACES, candidates },
          truth[sample][0].select,
        );
      of('data', '--data');
      of('simulation', simulation.truth?.[truth.particle.name] === undefined ? '--simulation' : '--truth');
      for (const m of own) requirePassing([m.data, m.simulation], PLACES.cut);
    }
    warnOf(
      truths.flatMap((t) => [...t.data, ...t.simulation]),
      warn,
    );
    return made;
  });
  warnOfTables(
    tables.flatMap((t) => [t.data, t.simulation]),
    warn,
  );
  const files = options.out === undefined ? [] : await write(options.out, tables, options);
  const result = {
    tables: tables.map(({ data: d, simulation: s, weights, notIdentified: fail }) => ({
      ...weightResult(weights),
      coverage: { data: finite(d.coverage), simulation: finite(s.coverage) },
      outside: { data: rateResult(d)['outside'], simulation: rateResult(s)['outside'] },
      ...(fail ? { notIdentified: weightResult(fail) } : {}),
    })),
    files,
  };
  return { tables, result };
}

async function write(out: string, tables: readonly MadeTables[], options: WeightTableOptions): Promise<string[]> {
  const all: WeightTable[] = tables.flatMap((t) => (t.notIdentified ? [t.weights, t.notIdentified] : [t.weights]));
  const files = await writeRates(
    path.join(out, 'rates'),
    tables.flatMap((t) => [t.data.table, t.simulation.table]),
  );
  files.push(...(await writeWeightTables(path.join(out, 'weights'), all, { to: 'csv' })));
  const shared = sharedStatistics(
    tables.map((t) => ({
      name: tableName(t.weights),
      weights: t.weights,
      data: t.data.table,
      simulation: t.simulation.table,
    })),
  );
  if (shared.pairs.length > 0)
    for (const dir of [out, path.join(out, 'weights')]) {
      const file = path.join(dir, `${SHARED_STATISTICS}.json`);
      await writeFile(file, toSharedStatistics(shared));
      files.push(file);
    }
  for (const to of options.formats ?? []) {
    if (to === 'csv') continue;
    // Formats that do not say which side a weight is for have a file for each.
    const both = to === 'correctionlib' || to === 'particle-weighting';
    for (const side of both ? (['identified'] as const) : (['identified', 'notIdentified'] as const)) {
      const own = both ? all : all.filter((t) => t.side === side);
      const file = side === 'identified' ? to : `${to}_${side}`;
      if (own.length) files.push(...(await writeWeightTables(path.join(out, file), own, { to })));
    }
  }
  if (options.figures) {
    const names = uniqueNames(tables.map((t) => tableName(t.weights)));
    for (const [i, { data, simulation, weights }] of tables.entries())
      for (const figure of tableFigures(names[i], [data.table, simulation.table], weights, {
        watermark: options.watermark,
      }))
        files.push(...(await writeFigure(path.join(out, 'figures'), figure)));
  }
  return files;
}

const finite = (v: number): number | null => (Number.isFinite(v) ? v : null);
