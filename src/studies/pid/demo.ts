import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from '../../base/make-folder.js';
import { writeTable } from '../../events/write-table.js';
import { csvText } from '../../formats/tables/csv.js';
import { dstarBinEfficiency, dstarEvents } from '../../physics/dstar.js';
import { seedKey } from '../../stats/key.js';
import type { Demo } from '../study.js';
import { DEMO_BINNING, DEMO_CUT, demoStudy } from './demo-files.js';

const EVENTS = 200_000;
const QUICK_EVENTS = 25_000;

/** The exact ratio ε_data/ε_simulation of the generator in every bin of the demo's tables. */
function knownRatios(truth: 'K' | 'pi'): string {
  const bins = (edges: readonly number[]) => edges.slice(1).map((high, i): [number, number] => [edges[i], high]);
  const rows: number[][] = [];
  for (const p of bins(DEMO_BINNING.p))
    for (const cosTheta of bins(DEMO_BINNING.cosTheta))
      for (const charge of bins(DEMO_BINNING.charge)) {
        const region = { truth, p, cosTheta, charge: charge[0] < 0 ? (-1 as const) : (1 as const) };
        const [data, simulation] = (['data', 'simulation'] as const).map((s) =>
          dstarBinEfficiency(DEMO_CUT, s, region),
        );
        rows.push([...p, ...cosTheta, ...charge, data / simulation, 0]);
      }
  const axes = Object.keys(DEMO_BINNING).flatMap((column) => [`${column}_min`, `${column}_max`]);
  return csvText([...axes, 'value', 'error'], rows);
}

/** Generated D* candidates with background, whose efficiencies are known exactly. */
export const pidDemo: Demo = {
  title: 'kaon identification measured on generated D* decays with background, against the known truth',
  async write(dir, { quick, seed = 1 }) {
    await makeFolder(dir);
    const n = quick ? QUICK_EVENTS : EVENTS;
    const key = seedKey(seed).split('demo-pid');
    for (const sample of ['data', 'simulation'] as const) {
      const columns = dstarEvents(key.split(sample), n, { sample, likelihoods: false });
      const named = Object.entries(columns).map(([name, values]) => ({ name, values }));
      await writeTable(path.join(dir, `${sample}.parquet`), named);
    }
    for (const truth of ['K', 'pi'] as const)
      await writeFile(path.join(dir, `known-ratios-${truth}.csv`), knownRatios(truth));
    await writeFile(path.join(dir, 'pid.yaml'), demoStudy(quick));
    return path.join(dir, 'pid.yaml');
  },
};
