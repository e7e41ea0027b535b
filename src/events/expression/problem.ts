/** What a custom variable has against its arguments; the expression that holds it turns it into an error with a caret. */
export class VariableProblem extends Error {
  constructor(
    /** After `expression.`: `unknown-column`, `arguments`. */
    readonly code: string,
    message: string,
    readonly hint?: string,
    /** Which argument, from 0; absent: the whole call. */
    readonly argument?: number,
  ) {
    super(message);
  }
}
