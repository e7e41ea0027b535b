import { Worker } from 'node:worker_threads';
import { taskError } from '../base/error.js';
import { builtModule } from '../base/built.js';
import { giveUp } from './barrier.js';
import type { EpochShape } from './epoch-graph.js';
import { noiseTable, offsetsOf, orderOf, ratesOf, type EpochRunner } from './epoch-run.js';
import type { Objective } from './objective.js';
import { layout } from './parameters.js';
import type { Block } from './session.js';
import { buildShare, type ShareGraph } from './share-graph.js';
import type { MemberAnswer, MemberEpoch, MemberSetup } from './team-member.js';
import { padded, teamMemory, teamViews } from './team-memory.js';

/** Fewer events than this a member are not worth a meeting. */
const LEAST_SHARE = 128;

/** How many events of a batch each of `threads` members takes; one share where a team is not worth it. */
export function sharesOf(batch: number, threads: number): number[] {
  const members = Math.max(1, Math.min(threads, Math.floor(batch / LEAST_SHARE)));
  const before = Array.from({ length: members + 1 }, (_, m) => Math.floor((batch * m) / members));
  return before.slice(1).map((end, m) => end - before[m]);
}

/**
 * Runs epochs by a team of threads, each with its own session and its own share of every minibatch: several cores work for
 * one model. The outcome depends on the shares, not on timing.
 *
 * @param shares events of a batch that each member takes; see {@link sharesOf}
 */
export function teamRunner(
  objective: Objective,
  shape: EpochShape,
  resident: Readonly<Record<string, Block>>,
  shares: readonly number[],
): EpochRunner {
  const size = layout(objective.parameters).size;
  const team = teamMemory({ parameters: size, members: shares.length, steps: shape.steps, batch: shape.batch });
  const at = teamViews(team);
  at.shares.set(shares.map((share) => share / shape.batch));
  const graphs = new Map<number, ShareGraph>();
  const graphOf = (share: number): ShareGraph => {
    const graph = graphs.get(share) ?? buildShare(objective, shape, share);
    graphs.set(share, graph);
    return graph;
  };
  const members = shares.map((share, member) => {
    const workerData: MemberSetup = {
      member,
      shares,
      model: graphOf(share).model,
      ...(shape.clipNorm === undefined ? {} : { clipNorm: shape.clipNorm }),
      resident,
      team,
    };
    const worker = new Worker(new URL(builtModule(new URL('./team-member.js', import.meta.url))), { workerData });
    worker.unref();
    return worker;
  });

  const ask = (worker: Worker, order: MemberEpoch): Promise<void> =>
    new Promise<void>((resolve, reject) => {
      const settle = (end: () => void): void => {
        worker.off('message', hear).off('error', fail).off('exit', lose).unref();
        end();
      };
      const refuse = (failure: string): void => {
        giveUp(at.meeting);
        settle(() => reject(taskError({ code: 'graph.team', message: `a training thread failed: ${failure}` })));
      };
      const hear = ({ failure }: MemberAnswer): void => (failure === undefined ? settle(resolve) : refuse(failure));
      const fail = (error: Error): void => refuse(error.message);
      const lose = (code: number): void => refuse(`it ended with status ${code}`);
      worker.ref();
      worker.on('message', hear).on('error', fail).on('exit', lose);
      worker.postMessage(order);
    });

  return {
    async run(state, run) {
      for (const name of ['parameters', 'first', 'second'] as const)
        for (let m = 0; m < shares.length; m++) at[name].set(state[name], m * padded(size));
      at.order.set(orderOf(run));
      const tables = Object.entries(graphOf(shares[0]).noise);
      const order: MemberEpoch = {
        rates: ratesOf(run, state.damping),
        noise: Object.fromEntries(tables.map(([name, rows]) => [`noise:${name}`, noiseTable(run, name, rows)])),
        ...(tables.length ? { offsets: offsetsOf(run) } : {}),
      };
      await Promise.all(members.map((worker) => ask(worker, order)));
      const copy = (values: Float32Array, length: number): Float32Array =>
        Float32Array.from(values.subarray(0, length));
      return {
        parameters: copy(at.parameters, size),
        first: copy(at.first, size),
        second: copy(at.second, size),
        losses: copy(at.losses, run.steps),
        norms: copy(at.norms, run.steps),
      };
    },
    async close() {
      giveUp(at.meeting);
      await Promise.all(members.map((worker) => worker.terminate()));
    },
  };
}
