import { expect, test } from 'vitest';
import { prefixed } from '../../../../src/studies/pid/apply/prefixed.js';

const columns = new Set(['K_p', 'K_eta', 'K_kaonID', 'K_pionID', 'nTracks', 'pi_kaonID', 'pi_pionID']);
const of = (text: string, alias = {}, prefix = 'K_') => prefixed(text, prefix, columns, alias);

test('names get the prefix where there is such a column; functions, numbers and other columns stay', () => {
  expect(of('p')).toBe('K_p');
  expect(of('abs(eta)')).toBe('abs(K_eta)');
  expect(of('nTracks')).toBe('nTracks');
  expect(of('K_p > 0.5 and kaonID > 0.6')).toBe('(K_p > 0.5) and (K_kaonID > 0.6)');
  expect(of('p', {}, '')).toBe('p');
});

test('an alias is a column or an expression, with the prefix in its turn', () => {
  expect(of('abseta', { abseta: 'abs(eta)' })).toBe('abs(K_eta)');
  expect(of('momentum', { momentum: 'p' })).toBe('K_p');
  expect(of('2 * momentum', { momentum: 'p' })).toBe('2 * K_p');
});

test('identification variables are those of the particle', () => {
  expect(of('binaryID(K,pi) > 0.6')).toBe('(K_kaonID / (K_kaonID + K_pionID)) > 0.6');
  expect(of('binaryID(K,pi)', {}, 'pi_')).toBe('pi_kaonID / (pi_kaonID + pi_pionID)');
  // What the particle lacks is for the compiler to say, with its hints.
  expect(of('binaryID(K,p)')).toBe('binaryID(K, p)');
});
