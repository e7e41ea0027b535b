import { describe, expect, it } from 'vitest';
import { parseBins, parseLabels, parseSamples } from '../../src/cli/plot-arguments.js';

describe('parseBins', () => {
  it.each([
    ['0,10,50', { edges: [0, 10, 50] }],
    ['-4:0:50', { from: -4, to: 0, bins: 50, log: false }],
    ['log:0.1:100:30', { from: 0.1, to: 100, bins: 30, log: true }],
    ['quantiles:20', { quantiles: 20 }],
  ])('reads %s', (text, spec) => expect(parseBins(text)).toEqual(spec));

  it.each(['', '5', '3,2,1', '0:1', '1:0:10', '0:1:2.5', 'log:0:1:5', 'quantiles:0', 'a,b', '0:1:2:3', '0,,1'])(
    'refuses "%s"',
    (text) => expect(() => parseBins(text)).toThrow('expected EDGE'),
  );
});

describe('parseSamples', () => {
  it('takes files without names as one sample, and groups files by name', () => {
    expect(parseSamples(['a.root', 'b.root'], 'Data')).toEqual([{ name: 'Data', files: ['a.root', 'b.root'] }]);
    expect(parseSamples(['Top=t.root', 'W + jets=w1.root', 'Top=t2.root'], 'Simulation')).toEqual([
      { name: 'Top', files: ['t.root', 't2.root'] },
      { name: 'W + jets', files: ['w1.root'] },
    ]);
  });

  it('leaves an equals sign inside a path alone', () => {
    expect(parseSamples(['runs/year=2018/a.parquet'], 'Data')[0]?.files).toEqual(['runs/year=2018/a.parquet']);
  });
});

describe('parseLabels', () => {
  it('keeps known parts and helps with others', () => {
    expect(parseLabels({ experiment: 'LHCb', energy: '13 TeV' })).toEqual({ experiment: 'LHCb', energy: '13 TeV' });
    expect(() => parseLabels({ experimnt: 'LHCb' })).toThrow('unknown part "experimnt" of --label');
  });
});
