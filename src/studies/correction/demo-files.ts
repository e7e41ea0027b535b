import { DISTORTION_EXPRESSION } from '../../physics/impact-parameter.js';

/** The study files that `datamc demo correction --write DIR` leaves, by name. */
export const demoStudies: Readonly<Record<string, string>> = {
  'correction.yaml': `# Simulated and recorded muons, generated with a known distortion of the impact parameter that depends on pT.
study: correction
name: demo-correction
seed: 1
label: { experiment: datamc, status: Demonstration }
samples:
  simulation: simulation.parquet
  data: data.parquet
variables: [{ column: ip, transform: log10, label: IP, unit: mm }]
given: [{ column: pt, transform: log, label: "p_{T}", unit: GeV }]
flow: { hidden: [32, 32] }
# The generator's own map, so that the report can show the distance to it. Leave it out for real events.
truth:
  ip: "${DISTORTION_EXPRESSION}"
`,
  'reference-settings.yaml': `# The settings of an earlier analysis: three bins on ±4, no standardisation, full batches, nothing held out.
# Its simulation flow reached a mean negative log-likelihood of 0.3134 on 10 000 candidates of this shape.
study: correction
name: reference-settings
seed: 1
label: { experiment: datamc, status: Demonstration }
samples:
  simulation: reference_simulation.parquet
  data: reference_data.parquet
variables: [{ column: ip, transform: log10, label: IP, unit: mm, bins: { from: -3.5, to: -0.5, bins: 50 } }]
flow:
  kind: spline
  bins: 3
  bound: 4
  tails: identity
  standardise: false
  batch: full
  epochs: 10001
  learningRate: 1.0e-3
  schedule: constant
  validation: 0
  patience: 0
  clipNorm: 1000
replicas: 0
holdOut: 0
closure: false
`,
  'toy-2d.yaml': `# Two columns corrected together. Simulation: two independent normal columns, mean 5, width 2.
# The likelihood of the truth itself is 2·(½ ln(2πe) + ln 2) = 4.224 per event.
study: correction
name: toy-2d
seed: 1
label: { experiment: datamc, status: Demonstration }
samples:
  simulation: toy_simulation.csv
  data: toy_data.csv
variables: [x, y]
flow: { kind: affine, hidden: [16, 16], epochs: 60, batch: 256 }
`,
};
