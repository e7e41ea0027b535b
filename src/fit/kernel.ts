import type { Session } from '../graph/session.js';
import { likelihoodGraph, type GraphModel, type LikelihoodGraph, type Wanted } from './likelihood-graph.js';
import { eventBlocks, sums, type EventBlocks, type Sums } from './sums.js';

/** Opens a compiled graph; the caller keeps and closes sessions. */
export type OpenSession = (model: Uint8Array) => Promise<Session>;

const BLOCK = 8192;

/** Likelihood graphs of one category, each compiled when it is first wanted. */
export class Kernel {
  readonly #made = new Map<Wanted, LikelihoodGraph>();
  readonly #sessions = new Map<Wanted, Promise<Session>>();

  constructor(
    readonly model: GraphModel,
    private readonly open: OpenSession,
  ) {}

  graph(wanted: Wanted): LikelihoodGraph {
    const known = this.#made.get(wanted) ?? likelihoodGraph(this.model, wanted);
    this.#made.set(wanted, known);
    return known;
  }

  async sums(wanted: Wanted, events: EventBlocks, slots: Float64Array): Promise<Sums> {
    const session = this.#sessions.get(wanted) ?? this.open(this.graph(wanted).model);
    this.#sessions.set(wanted, session);
    return sums(await session, events, slots);
  }

  /**
   * Lays out columns of the variables for this kernel, with the templates looked up.
   *
   * @param columns [node, event] in C order each
   */
  blocks(
    columns: readonly Float64Array[],
    events: number,
    options: { readonly weights?: Float64Array | undefined; readonly average?: Float64Array | undefined } = {},
  ): EventBlocks {
    const named: Record<string, Float64Array> = {};
    this.model.variables.forEach((name, i) => (named[`x:${name}`] = columns[i]));
    let column = 0;
    for (const pdf of this.model.pdfs) for (const look of pdf.columns) named[`column:${column++}`] = look(columns);
    // Blocks whose numbers stay in the processor's cache.
    const size = Math.max(128, Math.floor(BLOCK / this.graph('gradient').widest));
    return eventBlocks(named, events, { ...options, size });
  }
}
