import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { fromSysvarStudyYaml, sysvarParts, toSysvarStudyYaml } from '../../../src/formats/tables/sysvar-study.js';

// The keys and forms of belle2/SysVar's tutorial (configs/sysvar_101/study_setup.yaml), values our own.
const text = `
output_filepath: ./templates.root

reco_channel_id_column: channel
reco_channels:
  electron: [0]
  muon: [1, 2]

template_id_column: template
templates:
  - signal
  - bkg

total_weight: total_weight
MC_prod: MC15rd
Nvar: 500

bins:
  electron:
    mass: [0, 0.2, 0.4, 1]
    angle: [1, 2, 3]
  muon:
    mass: [0, 0.5, 1]

systematics:
  kID:
    weight: "PID_weight"
    prefices: ["K", "K_tag"]
    reco_channels:
      include: ["electron", "muon"]
      exclude:
    templates: ["signal", "bkg"]

  slow_pi:
    weight: "slow_weight"
    prefices: "pi"
    reco_channels:
      include:
      exclude: ["muon"]
    templates: ["signal"]
`;

test('SysVar’s configuration of a study: read, written, read again', () => {
  const study = fromSysvarStudyYaml(text);
  expect(study.reco_channels).toEqual({ electron: [0], muon: [1, 2] });
  expect(study.bins['electron']).toEqual({ mass: [0, 0.2, 0.4, 1], angle: [1, 2, 3] });
  const written = toSysvarStudyYaml(study);
  expect(fromSysvarStudyYaml(written)).toEqual(study);
  // One prefix may stand without a list: that is all that changes.
  const raw = parse(text) as { systematics: { slow_pi: { prefices: unknown } } };
  raw.systematics.slow_pi.prefices = ['pi'];
  expect(parse(written)).toEqual(raw);
});

test('a systematic varies in the channels and templates that it names', () => {
  const study = fromSysvarStudyYaml(text);
  expect(sysvarParts(study, 'kID')).toEqual({ channels: ['electron', 'muon'], templates: ['signal', 'bkg'] });
  expect(sysvarParts(study, 'slow_pi')).toEqual({ channels: ['electron'], templates: ['signal'] });
});

test.each([
  ['Nvar: 500', 'Nvar: many', 'Nvar'],
  ['total_weight: total_weight', '', 'total_weight'],
  ['[0, 0.5, 1]', '[0, 1, 1]', 'bins.muon.mass'],
  ['exclude: ["muon"]', 'exclude: ["muons"]', 'did you mean "muon"?'],
  ['templates: ["signal"]', 'templates: ["sig"]', 'there is no template "sig"'],
  ['  muon:\n    mass: [0, 0.5, 1]\n', '', 'the channel "muon" has no bins'],
])('%j as %j is refused with its key', (from, to, told) => {
  let said = '';
  try {
    fromSysvarStudyYaml(text.replace(from, to), 'study.yaml');
  } catch (error) {
    said = JSON.stringify((error as { data: unknown }).data).replaceAll('\\"', '"');
  }
  expect(said).toContain(told);
  expect(said).toContain('study.yaml');
});
