// Entry counts, peaks, same-sign pairs and flips as the folder's own notes state them.
import { describe, expect, test } from 'vitest';
import { hasSharedData, sharedData } from '../helpers/shared-data.js';
import { scratch } from './helpers/scratch.js';

const { store } = await scratch();
const sum = (x: Float64Array): number => x.reduce((a, b) => a + b, 0);

describe.skipIf(!hasSharedData)('real files', () => {
  test('ALICE D*: flat float branches of one tree among several', async () => {
    const data = await store.open(
      { files: [sharedData('alice-dstar/SmallSkimmed_Dstar_pp5TeV_train308.root')], tree: 'fTreeDstarFlagged' },
      { define: { ip: 'abs(imp_par_prong0_ML)' } },
    );
    expect(await data.count()).toBe(18_670);
    expect(data.columns.length).toBe(79);
    const mc = await store.open({
      files: [sharedData('alice-dstar/SmallSkimmed_Dstar_pp5TeV_MC_train307.root')],
      tree: 'fTreeDstarFlagged',
    });
    expect(await mc.count()).toBe(26_902);
    const { ip } = await data.read({ ip: 'ip' }, { where: '0.5 < pt_prong0_ML < 10' });
    const raw = await data.read({ pt: 'pt_prong0_ML', d0: 'imp_par_prong0_ML' });
    expect(ip).toEqual(raw.d0.map(Math.abs).filter((_, i) => raw.pt[i] > 0.5 && raw.pt[i] < 10));
    expect(ip.length).toBe(376);
  });

  test('LHCb Z→μμ: three files are one sample; 5 364 candidates in the window', async () => {
    const files = [1, 2, 3].map((i) => sharedData(`lhcb-zmumu/batch_${i}.root`));
    const table = await store.open({ files, tree: 'Tuple/DecayTree' });
    expect(await table.count()).toBe(3384 + 2771 + 3039);
    expect(await table.count('80e3 < Z_MM < 100e3')).toBe(5364);
    expect(await table.count('muon1_IP_OWNPV == -999 or muon1_IP_OWNPV >= 0')).toBe(9194);
  });

  test('LHCb B→KKπ: the mass peak from momenta', async () => {
    const define = {
      e1: 'sqrt(H1_PX**2 + H1_PY**2 + H1_PZ**2 + 139.57**2)',
      e2: 'sqrt(H2_PX**2 + H2_PY**2 + H2_PZ**2 + 493.68**2)',
      e3: 'sqrt(H3_PX**2 + H3_PY**2 + H3_PZ**2 + 493.68**2)',
      m: 'sqrt((e1+e2+e3)^2 - (H1_PX+H2_PX+H3_PX)^2 - (H1_PY+H2_PY+H3_PY)^2 - (H1_PZ+H2_PZ+H3_PZ)^2)',
    };
    const table = await store.open({ files: [sharedData('lhcb-bkkpi/KKP_signal.root')] }, { define });
    expect(await table.count()).toBe(4545);
    const peak = await table.count('5240 < m < 5320');
    expect(peak).toBeGreaterThan(1.5 * (await table.count('5400 < m < 5480')));
  });

  test('CMS dimuons: jagged branches, one row an object', async () => {
    const file = sharedData('cms-dimuon/open-data-example.root');
    const events = await store.open({ files: [file], tree: 'Events' });
    expect(await events.count()).toBe(100_000);
    const { n, total } = await events.read({ n: 'nMuon', total: 'Sum$(Muon_pt)' });
    const muons = await store.open({ files: [file], tree: 'Events', explode: 'Muon' });
    const { pt } = await muons.read({ pt: 'Muon_pt' });
    expect(pt.length).toBe(sum(n));
    expect(sum(pt) / sum(total)).toBeCloseTo(1, 9);
    const pairs = await events.count('nMuon == 2 and Muon_charge[0] * Muon_charge[1] < 0');
    expect(pairs).toBe(
      (await events.read({ x: 'Length$(Muon_pt) == 2 && Muon_charge[0] != Muon_charge[1]' })).x.reduce((a, b) => a + b),
    );
    const limited = await store.open({ files: [file], tree: 'Events', explode: 'Muon', entries: 10 });
    expect(await limited.count()).toBe(n.slice(0, 10).reduce((a, b) => a + b));
  });

  test('NanoAOD: 1 479 branches; reconstructed charge against the matched generated lepton', async () => {
    const file = sharedData('cms-ttbar/NanoAODv5_sample.root');
    const table = await store.open(
      { files: [file], tree: 'Events', explode: 'Electron' },
      { define: { gen: 'GenPart_pdgId[Electron_genPartIdx]' } },
    );
    expect(await table.count('abs(gen) == 11')).toBe(377);
    expect(await table.count('abs(gen) == 11 and Electron_charge * gen > 0')).toBe(3);
    const muons = await store.open(
      { files: [file], tree: 'Events', explode: 'Muon' },
      { define: { gen: 'GenPart_pdgId[Muon_genPartIdx]' } },
    );
    expect(await muons.count('abs(gen) == 13')).toBe(578);
    expect(await muons.count('abs(gen) == 13 and Muon_charge * gen > 0')).toBe(0);
  });

  test('ALICE V0s: lists of small arrays', async () => {
    const file = sharedData('alice-v0-mc/uproot-issue187.root');
    const v0s = await store.open({ files: [file], tree: 'fTreeV0', explode: 'V0s' });
    expect(await v0s.count()).toBe(3540);
    const { lambda } = await v0s.read({ lambda: 'V0s.fInvMass[1]' });
    const near = lambda.filter((m) => Math.abs(m - 1.1157) < 0.005).length;
    expect(near).toBeGreaterThan(2 * lambda.filter((m) => Math.abs(m - 1.14) < 0.005).length);
    const events = await store.open({ files: [file], tree: 'fTreeV0' });
    expect((await events.read({ m: 'V0s.fInvMass[0][1]' }, { where: 'Length$(V0s.fV0pt) > 0' })).m[0]).toBe(lambda[0]);
  });

  test('CSV files', async () => {
    const zee = await store.open({ files: [sharedData('cms-zee/Zee_Run2011A.csv')] });
    expect(await zee.count()).toBe(18_885);
    expect(await zee.count('Q1 == Q2')).toBe(4337);
    expect(await zee.count("type1 == 'EB' or type1 == 'EE'")).toBe(18_885);
    const mumu = await store.open({ files: [sharedData('cms-zmumu/Zmumu_Run2011A.csv')] });
    expect(await mumu.count()).toBe(10_583);
    const upsilon = await store.open({
      files: [sharedData('cms-upsilon/upsilon_OS_SR_data_OS.csv')],
      select: '9 <= dimu_mass <= 10.6',
    });
    expect(await upsilon.count()).toBe(6542);
    const swap = await store.open({
      files: [sharedData('lhcb-kstmumu/jpsi_mu_k_swap.csv'), sharedData('lhcb-kstmumu/final_signals.csv')],
    });
    expect(await swap.count()).toBe(1986 + 2028);
  });

  test('pandas HDF5 frames hold the first rows of the CSV file', async () => {
    const csv = await store.open({ files: [sharedData('lhco-scalars/lhco_rnd_scalars_01-05.csv')], entries: 10_000 });
    const background = await store.open({ files: [sharedData('lhco-scalars/scalars_bkg01.h5')] });
    const signal = await store.open({ files: [sharedData('lhco-scalars/scalars_sig01.h5')] });
    expect([await background.count(), await signal.count()]).toEqual([9128, 872]);
    expect([await csv.count('label == 0'), await csv.count('label == 1')]).toEqual([9128, 872]);
    const want = (await csv.read({ mjj: 'mjj' }, { where: 'label == 1' })).mjj;
    const got = (await signal.read({ mjj: 'mjj' })).mjj;
    got.forEach((v, i) => expect(Math.abs(v / want[i] - 1)).toBeLessThan(1e-5));
  });

  test('NumPy arrays', async () => {
    const table = await store.open({
      files: ['train', 'test'].map((n) => sharedData(`lhco-cathode-sr/innerdata_${n}.npy`)),
    });
    expect(table.columns.map((c) => c.name)).toEqual(['c0', 'c1', 'c2', 'c3', 'c4', 'c5']);
    expect(await table.count()).toBe(120_000);
    expect(await table.count('c5 == 1')).toBe(20_395);
    expect(await table.count('3.3 <= c0 <= 3.7')).toBe(120_000);
  });
});
