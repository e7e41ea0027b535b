import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { HYPOTHESES } from '../../../src/base/particles.js';
import { BUILT_IN, trackVariables } from '../../../src/events/variables/builtin.js';
import { writeTable } from '../../../src/events/write-table.js';
import { bplusEvents } from '../../../src/physics/bplus.js';
import { dstarEvents } from '../../../src/physics/dstar.js';
import { boosted, massOf, sumOf, vectorOf, type FourVector } from '../../../src/physics/pid/two-body.js';
import { seedKey } from '../../../src/stats/key.js';
import { scratch, userErrorOf } from '../helpers/scratch.js';

const { store, dir, file } = await scratch();
const N = 400;
const dstar = dstarEvents(seedKey(5), N, { sample: 'data' });
const bplus = bplusEvents(seedKey(5), N, { sample: 'data', likelihoods: false });
const files = { dstar: path.join(dir, 'dstar.parquet'), bplus: path.join(dir, 'bplus.parquet') };
const listed = (columns: typeof dstar) => Object.entries(columns).map(([name, values]) => ({ name, values }));
await writeTable(files.dstar, listed(dstar));
await writeTable(files.bplus, listed(bplus));

const read = async (name: keyof typeof files, expression: string, prefix?: string): Promise<Float64Array> => {
  const table = await store.open(
    { files: [files[name]] },
    prefix === undefined ? {} : { variables: trackVariables(prefix) },
  );
  return (await table.read({ x: expression })).x;
};
const problem = (name: keyof typeof files, expression: string, prefix?: string) =>
  userErrorOf(() => read(name, expression, prefix));

function same(got: Float64Array, expected: (i: number) => number, digits = 1e-12): void {
  expect(got).toHaveLength(N);
  for (let i = 0; i < N; i++) {
    const e = expected(i);
    expect(Math.abs(got[i] - e) <= digits * Math.max(1, Math.abs(e)), `row ${i}: ${got[i]}, not ${e}`).toBe(true);
  }
}

describe('identification', () => {
  const id = (track: string, word: string, i: number): number => dstar[`${track}_${word}ID`][i];

  test('binaryID and trinaryID by a track’s prefix, or inside the place of a track', async () => {
    for (const track of ['D0_K', 'D0_pi']) {
      const binary = (i: number): number => id(track, 'kaon', i) / (id(track, 'kaon', i) + id(track, 'pion', i));
      same(await read('dstar', `binaryID(${track}, K, pi)`), binary);
      same(await read('dstar', 'binaryID(K,pi)', track), binary);
      same(await read('dstar', 'kaonID', track), (i) => id(track, 'kaon', i));
      same(await read('dstar', 'trinaryID(kaon, pion, proton)', track), (i) => {
        const [k, pi, p] = ['kaon', 'pion', 'proton'].map((word) => id(track, word, i));
        return k / (k + pi + p);
      });
    }
  });

  test('from the likelihoods of chosen detectors', async () => {
    const logL = (word: string, detectors: readonly string[], i: number): number =>
      detectors.reduce((sum, d) => sum + dstar[`D0_K_${word}LogL_${d}`][i], 0);
    for (const detectors of [['CDC'], ['SVD', 'CDC'], ['TOP', 'ARICH', 'CDC']]) {
      const list = detectors.join(', ');
      const difference = (i: number): number => logL('kaon', detectors, i) - logL('pion', detectors, i);
      same(await read('dstar', `deltaLogL(K, pi, ${list})`, 'D0_K'), difference, 1e-11);
      same(await read('dstar', `binaryID(D0_K, K, pi, ${list})`), (i) => 1 / (1 + Math.exp(-difference(i))), 1e-11);
      same(
        await read('dstar', `globalID(p, ${list})`, 'D0_K'),
        (i) =>
          1 / HYPOTHESES.reduce((s, h) => s + Math.exp(logL(h.word, detectors, i) - logL('proton', detectors, i)), 0),
        1e-11,
      );
    }
  });

  test('all detectors together give the global identification numbers', async () => {
    const all = 'SVD, CDC, TOP, ARICH, ECL, KLM';
    for (const { name, word } of HYPOTHESES) {
      same(await read('dstar', `globalID(${name}, ${all})`, 'D0_pi'), (i) => id('D0_pi', word, i), 1e-9);
      same(await read('dstar', `globalID(${name})`, 'D0_pi'), (i) => id('D0_pi', word, i));
    }
  });

  test('a detector that says NaN says nothing; exponentials of large numbers do not overflow', async () => {
    const csv = file(
      'l.csv',
      'kaonLogL_CDC,pionLogL_CDC,kaonLogL_TOP,pionLogL_TOP\n-2000,-2001,nan,nan\n-1e6,0,-5,-5\n',
    );
    const table = await store.open({ files: [csv] });
    const { x } = await table.read({ x: 'binaryID(K, pi)' });
    expect(x[0]).toBeCloseTo(1 / (1 + Math.exp(-1)), 12);
    expect(x[1]).toBe(0);
  });

  test('basf2’s own names of likelihoods are known', async () => {
    const name = (pdg: number): string => `pidLogLikelihoodValueExpert__bo${pdg}__cm__spTOP__bc`;
    const csv = file('b.csv', `${name(321)},${name(211)}\n-3,-4\n`);
    const { x } = await (await store.open({ files: [csv] })).read({ x: 'binaryID(K, pi, TOP)' });
    expect(x[0]).toBeCloseTo(1 / (1 + Math.exp(-1)), 12);
  });

  test('what is wrong is named, with a near match and carets under it', async () => {
    expect(await problem('dstar', 'binaryID(kaun, pi) > 0.5', 'D0_K')).toMatchObject({
      code: 'expression.arguments',
      message: 'there is no hypothesis "kaun", at position 10',
      got: 'binaryID(kaun, pi) > 0.5\n         ^^^^',
      hint: 'did you mean "kaon"?',
    });
    expect(await problem('dstar', 'binaryID(K, pi, TOPP)', 'D0_K')).toMatchObject({
      message: 'binaryID does not know the detector "TOPP", at position 17',
      hint: 'did you mean "TOP"?',
    });
    expect(await problem('dstar', 'binaryID(D0_K, K, pi, CDD)')).toMatchObject({
      message: 'binaryID does not know the detector "CDD", at position 23',
      hint: 'did you mean "CDC" or "SVD"?',
    });
    expect(await problem('dstar', 'binaryID(K, pi) > 0.5')).toMatchObject({
      code: 'expression.unknown-column',
      hint: 'tracks that have it: D0_K, D0_pi',
    });
    expect(await problem('dstar', 'binaryID(D0_k, K, pi)')).toMatchObject({
      hint: expect.stringContaining('"D0_K"') as unknown,
    });
    expect(await problem('dstar', 'binaryID(K)', 'D0_K')).toMatchObject({
      message: 'binaryID takes 2 or more arguments, not 1, at position 1',
    });
    expect(await problem('dstar', 'binaryID(K, K)', 'D0_K')).toMatchObject({
      message: 'binaryID compares K with itself, at position 13',
    });
    expect(await problem('dstar', 'binaryID > 0.5', 'D0_K')).toMatchObject({
      hint: 'binaryID is a function: write binaryID(…)',
    });
  });
});

describe('four-vectors', () => {
  const masses = { K: 0.493677, Jpsi_mu_0: 0.1056583755, Jpsi_mu_1: 0.1056583755 };
  const vector = (track: keyof typeof masses, i: number): FourVector => {
    const [x, y, z] = ['px', 'py', 'pz'].map((of) => bplus[`${track}_${of}`][i]);
    return [x, y, z, Math.hypot(x, y, z, masses[track])];
  };
  const B = (i: number): FourVector => sumOf(vector('K', i), vector('Jpsi_mu_0', i), vector('Jpsi_mu_1', i));
  const psi = (i: number): FourVector => sumOf(vector('Jpsi_mu_0', i), vector('Jpsi_mu_1', i));
  /** A vector in the rest frame of another, by a boost: nothing of what the expressions do. */
  const inFrame = (v: FourVector, [x, y, z, e]: FourVector): FourVector => boosted(v, [-x, -y, -z, e]);

  test('masses, momenta and directions of sums', async () => {
    same(await read('bplus', 'invM(Jpsi_mu_0, Jpsi_mu_1)'), (i) => massOf(psi(i)), 1e-9);
    same(await read('bplus', 'invM(K + Jpsi_mu_0, Jpsi_mu_1)'), (i) => massOf(B(i)), 1e-9);
    same(await read('bplus', 'pt(Jpsi_mu_0, Jpsi_mu_1)'), (i) => Math.hypot(psi(i)[0], psi(i)[1]));
    same(await read('bplus', 'eta(K)'), (i) =>
      Math.asinh(vector('K', i)[2] / Math.hypot(vector('K', i)[0], vector('K', i)[1])),
    );
    same(await read('bplus', 'cosTheta(K) - K_cosTheta + theta(K)'), (i) => Math.acos(bplus['K_cosTheta'][i]), 1e-9);
    same(await read('bplus', 'momentum(K, Jpsi_mu_0, Jpsi_mu_1)'), (i) => Math.hypot(B(i)[0], B(i)[1], B(i)[2]));
    same(await read('bplus', 'rapidity(K)'), (i) => Math.atanh(vector('K', i)[2] / vector('K', i)[3]));
    // Signal: the generator's own mass of the two muons is that of its smeared vectors.
    const m = await read('bplus', 'invM(Jpsi_mu_0, Jpsi_mu_1) - Jpsi_M');
    m.forEach((d, i) => bplus['isSignal'][i] && expect(Math.abs(d)).toBeLessThan(1e-9));
  });

  test('other coordinates give the same vector', async () => {
    same(await read('dstar', 'energy(track(D0_K, K))'), (i) => Math.hypot(dstar['D0_K_p'][i], 0.493677));
    same(
      await read('dstar', 'invM(D0_K, D0_pi)'),
      (i) => {
        const of = (t: string, m: number) =>
          vectorOf(dstar[`${t}_p`][i], dstar[`${t}_cosTheta`][i], dstar[`${t}_phi`][i], m);
        return massOf(sumOf(of('D0_K', 0.493677), of('D0_pi', 0.13957039)));
      },
      1e-9,
    );
    const jagged = file('m.csv', 'Mu_pt,Mu_eta,Mu_phi,Mu_mass\n3,1,0.5,0.105\n');
    const { pz, e } = await (
      await store.open({ files: [jagged] })
    ).read({ pz: 'momentum(Mu) * cosTheta(Mu)', e: 'energy(Mu)' });
    expect(pz[0]).toBeCloseTo(3 * Math.sinh(1), 12);
    expect(e[0]).toBeCloseTo(Math.hypot(3 * Math.cosh(1), 0.105), 12);
  });

  test('angles, boosts and rest frames', async () => {
    const between = (a: FourVector, b: FourVector): number =>
      Math.acos(
        (a[0] * b[0] + a[1] * b[1] + a[2] * b[2]) / (Math.hypot(a[0], a[1], a[2]) * Math.hypot(b[0], b[1], b[2])),
      );
    same(await read('bplus', 'angle(K, Jpsi_mu_0)'), (i) => between(vector('K', i), vector('Jpsi_mu_0', i)), 1e-7);
    same(await read('bplus', 'deltaR(Jpsi_mu_0, Jpsi_mu_1)'), (i) => {
      const [a, b] = [vector('Jpsi_mu_0', i), vector('Jpsi_mu_1', i)];
      const eta = (v: FourVector): number => Math.asinh(v[2] / Math.hypot(v[0], v[1]));
      const dphi = Math.atan2(a[1], a[0]) - Math.atan2(b[1], b[0]);
      return Math.hypot(eta(a) - eta(b), Math.atan2(Math.sin(dphi), Math.cos(dphi)));
    });
    const size = (v: FourVector): number => Math.hypot(v[0], v[1], v[2]);
    same(await read('bplus', 'pInFrame(K, Jpsi_mu_0, Jpsi_mu_1)'), (i) => size(inFrame(vector('K', i), B(i))), 1e-8);
    same(
      await read('bplus', 'momentum(boost(K, 0, 0, -0.27))'),
      (i) => {
        const gamma = 1 / Math.sqrt(1 - 0.27 ** 2);
        return size(boosted(vector('K', i), [0, 0, -0.27 * gamma, gamma]));
      },
      1e-11,
    );
    same(
      await read('bplus', 'cosHelicity(Jpsi_mu_0, Jpsi_mu_1, K)'),
      (i) => {
        const frame = psi(i);
        return -Math.cos(between(inFrame(vector('Jpsi_mu_0', i), frame), inFrame(vector('K', i), frame)));
      },
      1e-7,
    );
    same(
      await read('bplus', 'cosHelicity(Jpsi_mu_0, Jpsi_mu_1)'),
      (i) => {
        const mu = inFrame(vector('Jpsi_mu_0', i), psi(i));
        return Math.cos(between(mu, psi(i)));
      },
      1e-7,
    );
  });

  test('a vector that cannot be made is named', async () => {
    expect(await problem('bplus', 'invM(K, Jpsi_mu_2)')).toMatchObject({
      got: 'invM(K, Jpsi_mu_2)\n        ^^^^^^^^^',
      hint: expect.stringContaining('"Jpsi_mu_') as unknown,
    });
    expect(await problem('bplus', 'invM(track(K, kaom))')).toMatchObject({
      message: 'there is no hypothesis "kaom", at position 6',
    });
    expect(await problem('bplus', 'invM(3 * K)')).toMatchObject({ code: 'expression.arguments' });
    const csv = file('t.csv', 'track_px,track_py,track_pz\n1,2,3\n');
    const table = await store.open({ files: [csv] });
    expect(await userErrorOf(() => Promise.resolve(table.check('energy(track)')))).toMatchObject({
      message: 'the mass of "track" is not known, at position 8',
      hint: 'name what it is: track(track, pi)',
    });
  });
});

test('flights', async () => {
  const csv = file('f.csv', 'x,y,z,sx,sy,sz,K_px,K_py,K_pz\n3,4,12,0.1,0.2,0.3,0,0,2\n');
  const { l, s, c, t, a } = await (
    await store.open({ files: [csv] })
  ).read({
    l: 'flightDistance(x, y, z)',
    s: 'flightSignificance(x, y, z, sx, sy, sz)',
    c: 'cosPointing(K, x, y, z)',
    t: 'decayTime(K, 13)',
    a: 'asymmetry(x + y, z)',
  });
  expect(l[0]).toBe(13);
  // By hand: σ² = Σ (dᵢ/L)² σᵢ²
  expect(s[0]).toBeCloseTo(13 / Math.sqrt((9 * 0.01 + 16 * 0.04 + 144 * 0.09) / 169), 12);
  expect(c[0]).toBeCloseTo(12 / 13, 12);
  expect(t[0]).toBeCloseTo((13 * 0.493677) / 2 / 0.0299792458, 9);
  expect(a[0]).toBeCloseTo(-5 / 19, 12);
});

test('variables nest, columns keep their names, and other strings stay as they are', async () => {
  const csv = file('n.csv', 'pt,a,b\n7,1,3\n');
  const { x, y } = await (
    await store.open({ files: [csv] })
  ).read({ x: 'asymmetry(asymmetry(a, b), b)', y: 'pt + pt(vector(3, 4, 0, 5))' });
  expect(x[0]).toBeCloseTo(-3.5 / 2.5, 12);
  expect(y[0]).toBe(12);
  expect(BUILT_IN.map((v) => v.usage.split('(')[0])).toEqual(BUILT_IN.map((v) => v.name));
});
