import type { Key } from '../../stats/key.js';
import { pdgOf } from '../../base/particles.js';
import { averageEfficiency, type TrackRegion } from './average.js';
import { inBlocks, type Block, type GeneratedColumns } from './block.js';
import { drawIdentification, drawTrackQuality } from './draw-identification.js';
import type { PairModel } from './pair-model.js';
import { SIMULATION_SCALE, type ModeOptions } from './peak-mode.js';
import { linear, type Shape } from './shapes.js';
import { parseIdCut } from './true-efficiency.js';

/** One kind of event of a mode. */
export interface Process {
  /** Column `process`. */
  readonly code: number;
  readonly share: number;
  /** Share of the model's first kind (the lepton) among the probes, and among the tags. */
  readonly first: number;
  readonly tagFirst?: number | undefined;
  /** Momentum of the probe, GeV. */
  readonly p: Shape;
  /** What tells it from the others: columns of the event, from a uniform and a normal number of each column's own. */
  readonly event: Readonly<Record<string, (u: number, z: number) => number>>;
}

/** Leptons without a mass peak: processes that differ in the quantities of the event. Probes are `probe_…`, the other track `tag_…`. */
export interface ProcessMode {
  readonly name: string;
  readonly model: PairModel;
  /** The first is the signal. Simulation has the shares of data, and as many events: scales of templates are 1. */
  readonly processes: readonly Process[];
  /** Momentum of the tag, where there is one. */
  readonly tag?: Shape | undefined;
  readonly nTracks: number;
}

const ANGLE = linear(-0.866, 0.956, 0.2);

const scaleOf = (sample: ModeOptions['sample']): number => (sample === 'simulation' ? SIMULATION_SCALE : 1);

/**
 * Draws events of a mode: columns of the event, `nTracks`, `process`, those of the tracks, and `isSignal` (the signal's process
 * and a true lepton). Quantities of the event are independent of the tracks within a process. Rows begin alike whatever n.
 */
export function processEvents(mode: ProcessMode, key: Key, n: number, options: ModeOptions): GeneratedColumns {
  const { likelihoods = true, truth = true, sample } = options;
  return inBlocks(key.split(mode.name).split(sample), n, (block) => {
    const of = drawProcess(mode, block);
    const sign = Int32Array.from(block.uniforms('charge'), (u) => (u < 0.5 ? 1 : -1));
    drawEvent(mode, block, of);
    const settings = { truth, likelihoods, scale: scaleOf(sample) };
    const isLepton = drawTrack(mode, block, of, sign, settings, 'probe');
    const { tag } = mode;
    if (tag) drawTrack(mode, block, of, sign.map(minus), settings, 'tag');
    if (!truth) return;
    block.integer('process').set(of.map((k) => mode.processes[k].code));
    block.integer('isSignal').set(of.map((k, i) => (k === 0 ? isLepton[i] : 0)));
  });
}

const minus = (charge: number): number => -charge;

/** Which process each event is, by its place in the mode. */
function drawProcess({ processes }: ProcessMode, block: Block): Int32Array {
  const all = processes.reduce((sum, p) => sum + p.share, 0);
  return Int32Array.from(block.uniforms('process'), (u) => {
    let [k, rest] = [0, u * all - processes[0].share];
    while (rest >= 0 && k < processes.length - 1) rest -= processes[++k].share;
    return k;
  });
}

function drawEvent(mode: ProcessMode, block: Block, of: Int32Array): void {
  block.integer('nTracks').fill(mode.nTracks);
  for (const name of Object.keys(mode.processes[0].event)) {
    const [u, z] = [block.uniforms(name), block.normals(name)];
    const column = block.real(name);
    for (let i = 0; i < block.rows; i++) column[i] = mode.processes[of[i]].event[name](u[i], z[i]);
  }
}

function drawTrack(
  mode: ProcessMode,
  block: Block,
  of: Int32Array,
  charge: Int32Array,
  options: { readonly truth: boolean; readonly likelihoods: boolean; readonly scale: number },
  prefix: 'probe' | 'tag',
): Uint8Array {
  const { model, processes } = mode;
  const [u, v, w] = ['p', 'cosTheta', 'kind'].map((name) => block.uniforms(`${prefix} ${name}`));
  const p = block.real(`${prefix}_p`);
  const cosTheta = block.real(`${prefix}_cosTheta`);
  const isFirst = new Uint8Array(block.rows);
  for (let i = 0; i < block.rows; i++) {
    const process = processes[of[i]];
    p[i] = (prefix === 'tag' ? (mode.tag ?? process.p) : process.p).quantile(u[i]);
    cosTheta[i] = ANGLE.quantile(v[i]);
    isFirst[i] = w[i] < (prefix === 'tag' ? (process.tagFirst ?? process.first) : process.first) ? 1 : 0;
  }
  block.integer(`${prefix}_charge`).set(charge);
  if (options.truth) {
    const code = block.integer(`${prefix}_mcPDG`);
    for (let i = 0; i < block.rows; i++) code[i] = pdgOf(isFirst[i] ? model.first : model.second, charge[i]);
  }
  drawTrackQuality(block, prefix, p, cosTheta);
  drawIdentification(block, prefix, model, { p, cosTheta, charge, isFirst }, options);
  return isFirst;
}

/**
 * The true efficiency of a cut for the signal's leptons, averaged over those of a bin; of probes, or of tags.
 *
 * @example processEfficiency(radmumuMode, 'muonID > 0.9', 'data', { p: [1, 2] })
 */
export function processEfficiency(
  { model, processes, tag }: ProcessMode,
  cut: string,
  sample: ModeOptions['sample'],
  region: TrackRegion,
  of: 'probe' | 'tag' = 'probe',
): number {
  const spectra = { p: of === 'tag' ? (tag ?? processes[0].p) : processes[0].p, cosTheta: ANGLE };
  return averageEfficiency(model, parseIdCut(cut), spectra, { ...region, truth: model.first, scale: scaleOf(sample) });
}
