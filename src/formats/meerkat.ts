import type { EvenDensity } from '../density/even-nodes.js';
import { RootFile } from '../events/root/write/file.js';

const BLOCK = 65_536;

/**
 * Writes a density as Meerkat's binned densities are kept (arXiv:1411.5528): a ROOT file with the tree `DimTree`, one entry an
 * axis with its number of nodes (`bins`), and `MapTree`, one entry a node with the density (`dens`, mean 1) and whether
 * it is inside the phase space (`inphsp`); the first axis runs fastest. PIDGen2 and PIDGen read these two trees. `RangeTree` has
 * what these do not hold, the ends of every axis in the units of its transform (`low`, `high`).
 */
export async function writeMeerkat(out: string, { axes, values }: EvenDensity): Promise<void> {
  const file = await RootFile.create(out);
  try {
    const dims = file.tree('DimTree', ['bins'], ['int32']);
    await dims.write(axes.length, [Int32Array.from(axes, (a) => a.nodes)]);
    const ranges = file.tree('RangeTree', ['low', 'high'], ['float64', 'float64']);
    await ranges.write(axes.length, [Float64Array.from(axes, (a) => a.low), Float64Array.from(axes, (a) => a.high)]);
    const map = file.tree('MapTree', ['dens', 'inphsp'], ['float32', 'int8']);
    for (let from = 0; from < values.length; from += BLOCK) {
      const part = values.subarray(from, from + BLOCK);
      await map.write(part.length, [Float32Array.from(part), new Int8Array(part.length).fill(1)]);
    }
    await file.finish();
  } catch (error) {
    await file.abandon();
    throw error;
  }
}
