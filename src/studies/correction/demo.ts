import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from '../../base/make-folder.js';
import { writeTable } from '../../events/write-table.js';
import {
  impactParameterQuantiles,
  RECORDED_SHAPE,
  recordedMuons,
  SIMULATED_SHAPE,
  simulatedMuons,
  type MuonTracks,
  type ResolutionShape,
} from '../../physics/impact-parameter.js';
import { normals, permutation, seedKey, type Key } from '../../stats/key.js';
import type { Demo } from '../study.js';
import { demoStudies } from './demo-files.js';

const EVENTS = 100_000;
const QUICK_EVENTS = 20_000;
const REFERENCE_EVENTS = 10_000;
const TOY_EVENTS = 10_000;

const columnsOf = (tracks: MuonTracks) => [
  { name: 'ip', values: tracks.ip },
  { name: 'pt', values: tracks.pt },
  { name: 'eta', values: tracks.eta },
  { name: 'phi', values: tracks.phi },
  { name: 'ip_chi2', values: tracks.ipChi2 },
];

/** Impact parameters without fluctuations, in random order. */
function shuffledQuantiles(shape: ResolutionShape, key: Key) {
  const sorted = impactParameterQuantiles(REFERENCE_EVENTS, shape);
  return [{ name: 'ip', values: Float64Array.from(permutation(key, REFERENCE_EVENTS), (i) => sorted[i]) }];
}

/** Two normal columns; the second follows the first by `slope`. */
function toy(key: Key, [meanX, widthX]: [number, number], [meanY, widthY]: [number, number], slope: number) {
  const u = normals(key.split('x'), TOY_EVENTS);
  const v = normals(key.split('y'), TOY_EVENTS);
  return [
    { name: 'x', values: u.map((z) => meanX + widthX * z) },
    { name: 'y', values: v.map((z, i) => meanY + widthY * z + slope * u[i]) },
  ];
}

/** Generated muons whose impact parameter is distorted by a known map that depends on pT; and two smaller toys. */
export const correctionDemo: Demo = {
  title: 'muon impact parameters, simulated and recorded, with a known distortion',
  async write(dir, { quick, seed = 1 }) {
    await makeFolder(dir);
    const n = quick ? QUICK_EVENTS : EVENTS;
    const key = seedKey(seed).split('demo-correction');
    const put = (name: string, columns: Parameters<typeof writeTable>[1]) => writeTable(path.join(dir, name), columns);
    await put('simulation.parquet', columnsOf(simulatedMuons(key.split('simulation'), n)));
    await put('data.parquet', columnsOf(recordedMuons(key.split('data'), n)));
    await put('reference_simulation.parquet', shuffledQuantiles(SIMULATED_SHAPE, key.split('reference simulation')));
    await put('reference_data.parquet', shuffledQuantiles(RECORDED_SHAPE, key.split('reference data')));
    await put('toy_simulation.csv', toy(key.split('toy simulation'), [5, 2], [5, 2], 0));
    await put('toy_data.csv', toy(key.split('toy data'), [5.5, 1.8], [4.8, 1.9], 0.8));
    for (const [name, text] of Object.entries(demoStudies)) await writeFile(path.join(dir, name), text);
    return path.join(dir, 'correction.yaml');
  },
};
