/** Bins of the demo's tables. */
export const DEMO_BINNING = {
  p: [0.5, 1, 1.5, 2, 3, 4],
  cosTheta: [-0.866, -0.4, 0.2, 0.6, 0.956],
  charge: [-2, 0, 2],
} as const;
export const DEMO_CUT = 'kaonID > 0.6';

const list = (edges: readonly number[]): string => `[${edges.join(', ')}]`;

/** The study file that `datamc demo pid --write DIR` leaves. */
export const demoStudy = (
  quick: boolean,
): string => `# D*⁺ → [D⁰ → K⁻ π⁺] π⁺ candidates, generated with background and with known truth. Simulation tells kaons from
# pions better than the detector does; the study measures by how much, in bins of momentum, angle and charge.
study: pid
name: demo-pid
seed: 1
label: { experiment: datamc, status: Demonstration }
samples:
  data: { files: data.parquet, collection: toy }
  simulation: { files: simulation.parquet, collection: toyMC }
modes:
  Dst:
    title: "D^{*+} → [D^{0} → K^{−} π^{+}] π^{+}"
    select: "0.1439 < deltaM < 0.1469"
    probes: { K: D0_K, pi: D0_pi }
    truth: { K: "abs(mcPDG) == 321 and isSignal == 1", pi: "abs(mcPDG) == 211 and isSignal == 1" }
    fit:
      variable: D0_M
      label: M(K π)
      unit: GeV
      range: [1.80, 1.95]
      signal: { pdf: doubleGaussian, mean: 1.8648 }
      background: { pdf: chebyshev, order: 2 }
      systematic: { background: { pdf: chebyshev, order: 3 } }
      weights: sPlot
tables:
  - cut: "${DEMO_CUT}"
    efficiency: K
    fake: pi
    binning:
      p: ${list(DEMO_BINNING.p)}
      cosTheta: ${list(DEMO_BINNING.cosTheta)}
      charge: ${list(DEMO_BINNING.charge)}
    # The generator's own ratios, so that the report can show the distance to them. Leave them out for real events.
    reference: { K: known-ratios-K.csv, pi: known-ratios-pi.csv }
roc:
  - { variable: kaonID, signal: K, background: pi, points: [0.2, 0.6, 0.9] }
  - { variable: "binaryID(K, pi)", signal: K, background: pi, binning: { p: [0.5, 1.5, 2.5, 4] } }
densities:
  - { probe: K, variables: [kaonID], given: { p: ${quick ? 10 : 20}, cosTheta: ${quick ? 5 : 10} }, method: kernel }
`;
