import { describe, expect, test } from 'vitest';
import { neededDefinitions } from '../../src/studies/needed-definitions.js';

describe('definitions that columns need', () => {
  const define = {
    ip: 'abs(d0)',
    pt: 'hypot(px, py)',
    ratio: 'ip / pt',
    other: 'ratio + 1',
    'muon.p': 'pt * cosh(eta)',
    long_ip: '3',
    constructor: '1',
  };

  test('directly and through one another, and no others', () => {
    expect(neededDefinitions(define, ['eta'])).toEqual({});
    expect(neededDefinitions(define, ['ip'])).toEqual({ ip: define.ip });
    expect(neededDefinitions(define, ['log(other)'])).toEqual({
      other: define.other,
      ratio: define.ratio,
      ip: define.ip,
      pt: define.pt,
    });
    expect(neededDefinitions(define, ['muon.p'])).toEqual({ 'muon.p': define['muon.p'], pt: define.pt });
  });

  test('a name inside another is none', () => {
    expect(neededDefinitions(define, ['long_ip2', 'ipx', 'x.ip', 'ip.x'])).toEqual({});
    expect(neededDefinitions(define, ['long_ip'])).toEqual({ long_ip: '3' });
  });

  test('any name may be defined', () => {
    expect(Object.keys(neededDefinitions(define, ['constructor']))).toEqual(['constructor']);
  });

  test('one that names itself does not go round in circles', () => {
    expect(neededDefinitions({ ip: 'abs(ip)', a: 'b', b: 'a' }, ['ip', 'a'])).toEqual({
      ip: 'abs(ip)',
      a: 'b',
      b: 'a',
    });
  });
});
