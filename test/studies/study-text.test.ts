import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { studyText } from '../../src/studies/study-text.js';

const study = {
  study: 'correction',
  label: { experiment: 'LHCb', energy: '8 TeV' },
  samples: { simulation: { files: ['a.root', 'b.root'], tree: 'T' }, data: { files: ['c.csv'] } },
  select: 'x > 1 and "y" != 2',
  variables: [{ column: 'ip', transform: 'log10', label: 'IP(μ_{1})' }],
  given: [],
  flow: { bins: 8, hidden: [32, 32] },
  truth: { ip: 'ip * 2: # no comment' },
  holdOut: 0.3,
};

it('is the study again when it is read', () => expect(parse(studyText(study))).toEqual(study));

it('stands on few lines, as people write it', () => {
  const lines = studyText(study).split('\n');
  expect(lines).toContain('label: { experiment: LHCb, energy: 8 TeV }');
  expect(lines).toContain('    files: [ a.root, b.root ]');
});
