import { describe, expect, test } from 'vitest';
import { openRoot } from '../../../src/events/root/reader.js';
import type { RootColumn } from '../../../src/events/root/reader.js';
import { hasSharedData, sharedData } from '../../helpers/shared-data.js';

type Jagged = Extract<RootColumn, { kind: 'jagged' }>;

/** Sum of a column's finite values. */
const sum = (column: RootColumn): number =>
  (column.values as Float64Array).reduce((total, value) => (Number.isFinite(value) ? total + value : total), 0);

// Entry counts and branch counts as uproot 5.7.7 gives them.
describe.skipIf(!hasSharedData)('files of the experiments', () => {
  test.each([
    ['alice-dstar/SmallSkimmed_Dstar_pp5TeV_train308.root', 'fTreeDstarFlagged', 18_670, 78],
    ['alice-dstar/SmallSkimmed_Dstar_pp5TeV_MC_train307.root', 'fTreeDstarGenFlagged', 3_981, 5],
    ['alice-v0-mc/uproot-issue187.root', 'fTreeV0', 12_230, 62],
    ['cms-dimuon/open-data-example.root', 'Events', 100_000, 6],
    ['cms-ttbar/NanoAODv5_sample.root', 'Events', 1_000, 1_479],
    ['cms-ttbar/nano_tt_v12.root', 'Events', 200, 654],
    ['cms-nano-pair/nano_dy.root', 'Events', 40, 1_499],
    ['lhcb-bkkpi/KKP_signal.root', 'Events', 4_545, 27],
    ['lhcb-zmumu/batch_1.root', 'Tuple/DecayTree', 3_384, 198],
  ])('%s: %s has %i entries in %i branches, all readable', async (path, name, entries, branches) => {
    const file = await openRoot(sharedData(path));
    const tree = await file.tree(name);
    expect(tree.entries).toBe(entries);
    expect(tree.branches.length).toBe(branches);
    expect(tree.branches.filter((branch) => !branch.readable)).toEqual([]);
    file.close();
  });

  test('members of split classes: the two masses of 3 540 V0 candidates', async () => {
    const file = await openRoot(sharedData('alice-v0-mc/uproot-issue187.root'));
    const tree = await file.tree('fTreeV0');
    const columns = await tree.read(['V0s.fInvMass[2]', 'V0s.fV0pt', 'V0s.fV0CosPA', 'fZvtx']);
    const mass = columns.get('V0s.fInvMass[2]') as Jagged;
    const pt = columns.get('V0s.fV0pt') as Jagged;
    expect([mass.length, mass.values.length, pt.values.length]).toEqual([2, 7_080, 3_540]);
    expect(Array.from(mass.offsets)).toEqual(Array.from(pt.offsets, (at) => 2 * at));
    // K0s and Lambda.
    const near = (hypothesis: number, at: number) =>
      pt.values.filter((_: unknown, i: number) => Math.abs(Number(mass.values[2 * i + hypothesis]) - at) < 0.008)
        .length;
    expect(near(0, 0.4976)).toBeGreaterThan(1_000);
    expect(near(1, 1.1157)).toBeGreaterThan(200);
    // Double32_t with eight bits between 0 and 1.
    expect(columns.get('V0s.fV0CosPA')).toMatchObject({ type: 'float64', kind: 'jagged' });
    expect(columns.get('fZvtx')).toMatchObject({ type: 'float64', kind: 'flat' });
    file.close();
  });

  test('LZMA, fixed arrays: real Z candidates', async () => {
    const file = await openRoot(sharedData('lhcb-zmumu/batch_1.root'));
    const tree = await file.tree('Tuple/DecayTree');
    const covariance = tree.branches.find((branch) => branch.shape === 'fixed')!;
    expect(covariance).toMatchObject({ length: 9, type: 'float32' });
    const columns = await tree.read(['Z_MM', covariance.name], { from: 1_000, to: 1_500 });
    expect(columns.get(covariance.name)!.values.length).toBe(4_500);
    const mean = sum(columns.get('Z_MM')!) / 500;
    expect(mean).toBeGreaterThan(60_000);
    expect(mean).toBeLessThan(110_000);
    file.close();
  });

  test('a large jagged tree streams in blocks that join to the whole', async () => {
    const file = await openRoot(sharedData('cms-dimuon/open-data-example.root'));
    const tree = await file.tree('Events');
    const whole = (await tree.read(['Muon_pt'])).get('Muon_pt') as Jagged;
    let entries = 0;
    let total = 0;
    let values = 0;
    for (let from = 0; from < tree.entries; from += 7_919) {
      const to = Math.min(from + 7_919, tree.entries);
      const block = (await tree.read(['Muon_pt'], { from, to })).get('Muon_pt') as Jagged;
      expect(block.offsets.at(-1)).toBe(block.values.length);
      expect(block.values[0]).toBe(whole.values[whole.offsets[from]!]);
      entries += block.offsets.length - 1;
      values += block.values.length;
      total += sum(block);
    }
    expect([entries, values]).toEqual([100_000, whole.values.length]);
    expect(total / sum(whole)).toBeCloseTo(1, 10);
    file.close();
  });
});
