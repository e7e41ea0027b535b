import { expect, test } from 'vitest';
import type { DatamcError } from '../../../../src/base/error.js';
import { particleFor, recoOf } from '../../../../src/studies/pid/tables/reco.js';

const mode = {
  at: 'modes.Lambda0',
  probes: { p: [{ prefix: 'p' }], nbar: [{ prefix: 'p' }], X: [{ prefix: 'x', pdg: 3122 }] },
};
const table = (more: object) => ({ cut: ['kaonID > 0.6'], ...more }) as never;

test('a probe is what its PDG code says, or its name', () => {
  expect(particleFor([mode], 'p')).toEqual({ name: 'p', pdg: 2212 });
  expect(particleFor([mode], 'nbar')).toEqual({ name: 'nbar', pdg: 2112 });
  expect(particleFor([mode], 'X')).toEqual({ name: 'X', pdg: 3122 });
});

test('one whose code nobody knows is named with its place', () => {
  let error: DatamcError | undefined;
  try {
    particleFor([{ ...mode, probes: { kaun: [{ prefix: 'k' }] } }], 'kaun');
  } catch (thrown) {
    error = thrown as DatamcError;
  }
  expect(error?.data).toMatchObject({ code: 'particle.unknown', path: 'modes.Lambda0.probes.kaun' });
});

test('what passes is taken for what is told, for the efficient particle, or for the variable’s', () => {
  expect(recoOf(table({ reco: 'mu' }), [], 't')).toEqual({ name: 'mu', pdg: 13 });
  expect(recoOf(table({ efficiency: 'X' }), [{ name: 'X', pdg: 3122 }], 't')).toEqual({ name: 'X', pdg: 3122 });
  expect(recoOf(table({ fake: ['pi'] }), [], 't')).toEqual({ name: 'K', pdg: 321 });
  expect(() => recoOf(table({ cut: ['binaryID(K, pi) > 0.6'], fake: ['pi'] }), [], 't')).toThrow(/taken for/);
});
