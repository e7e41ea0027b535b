/** Something odd but harmless, named and counted. */
export interface Warning {
  /** `events.bom`, `events.crlf`, `events.no-last-newline`, `events.recovered`, … */
  readonly code: string;
  readonly message: string;
  /** How many of them: rows, lines, entries. */
  readonly count: number;
  readonly path: string;
}
