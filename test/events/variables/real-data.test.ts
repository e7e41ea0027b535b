import { expect, test } from 'vitest';
import { hasSharedData, sharedData } from '../../helpers/shared-data.js';
import { scratch } from '../helpers/scratch.js';

const { store } = await scratch();

const worst = (values: Float64Array): number => values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);

test.skipIf(!hasSharedData)(
  'CMS dimuons: mass, momentum and angles of the pair are those that the file’s authors computed',
  async () => {
    const table = await store.open({ files: [sharedData('cms-upsilon/upsilon_OS_SR_data_OS.csv')] });
    const got = await table.read({
      mass: 'invM(mu0, mu1) / dimu_mass - 1',
      pt: 'pt(mu0, mu1) / dimu_pt - 1',
      eta: 'eta(mu0, mu1) - dimu_eta',
      R: 'deltaR(mu0, mu1) - mumu_deltaR',
    });
    expect(got['mass'].length).toBeGreaterThan(4_000);
    // The authors took differences of energies in single precision: numpy in double, with m = 0.10566 GeV, is as far from their masses
    // (median 1.8e-6, worst 7.0e-4 at 129 GeV); without the muon's mass the median would be 2.6e-4.
    expect(got['mass'].map(Math.abs).sort()[got['mass'].length >> 1]).toBeLessThan(3e-6);
    expect(worst(got['mass'])).toBeLessThan(8e-4);
    expect(worst(got['pt'])).toBeLessThan(2e-6);
    expect(worst(got['eta'])).toBeLessThan(5e-6);
    expect(worst(got['R'])).toBeLessThan(5e-6);
  },
);

test.skipIf(!hasSharedData)('LHCb B⁺ → K⁺K⁻π⁺: momenta in MeV and a list of muons', async () => {
  const lhcb = await store.open({ files: [sharedData('lhcb-bkkpi/KKP_signal.root')] });
  const { e, p } = await lhcb.read({
    e: 'energy(track(H1, K, MeV))',
    p: 'pow(energy(track(H1, K, MeV)), 2) - pow(493.677, 2) - pow(momentum(track(H1, 0)), 2)',
  });
  expect(e.length).toBeGreaterThan(1_000);
  for (let i = 0; i < e.length; i++) expect(Math.abs(p[i])).toBeLessThan(1e-10 * e[i] * e[i]);
  const cms = await store.open({ files: [sharedData('cms-dimuon/open-data-example.root')], select: 'nMuon == 2' });
  const { m } = await cms.read({ m: 'invM(Muon[0], Muon[1])' });
  // Many pairs are Υ, J/ψ or Z: some lie within 50 MeV of the J/ψ mass.
  expect(m.filter((v) => Math.abs(v - 3.097) < 0.05).length).toBeGreaterThan(m.length / 200);
});
