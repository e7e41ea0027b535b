import type { ExperimentLabel, Figure } from '../figure.js';

/** A number with its uncertainty, as it stands in summary.json. */
export type Estimate =
  | number
  | { readonly value: number; readonly error: number }
  | { readonly value: number; readonly up: number; readonly down: number };

export interface SummaryRow {
  /** In the reader's words: `Kolmogorov–Smirnov distance, before`. Labels' mathematics is known. */
  readonly name: string;
  readonly value: Estimate | string;
  /** The same before the thing that the report is about was done: stands in a column of its own. */
  readonly before?: Estimate | string | undefined;
  readonly unit?: string | undefined;
  readonly note?: string | undefined;
  /** Rows of one group stand together under its name; `Before` and `After` are written above where rows have both. */
  readonly group?: string | undefined;
}

export interface ReportFigure {
  readonly figure?: Figure | undefined;
  /** Instead of `figure`: an SVG of `renderSvg`. */
  readonly svg?: string | undefined;
  readonly caption?: string | undefined;
  /** Over the whole width of the page; default for figures of more than one column. */
  readonly wide?: boolean | undefined;
}

export interface ReportTable {
  readonly caption?: string | undefined;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

export interface ReportSection {
  readonly title: string;
  /** Paragraphs parted by blank lines; `- ` begins a list item; `**bold**`, `` `code` `` and labels' mathematics are known. */
  readonly text?: string | undefined;
  readonly figures?: readonly ReportFigure[] | undefined;
  readonly tables?: readonly ReportTable[] | undefined;
  /** Folded until the reader opens it. */
  readonly collapsed?: boolean | undefined;
}

/** How the results came about. */
export interface Provenance {
  readonly command?: string | undefined;
  readonly seed?: number | string | undefined;
  readonly versions?: Readonly<Record<string, string>> | undefined;
  readonly inputs?:
    readonly { readonly path: string; readonly sha256: string; readonly events?: number | undefined }[] | undefined;
  readonly tasks?:
    | readonly { readonly id: string; readonly title?: string | undefined; readonly seconds?: number | undefined }[]
    | undefined;
  readonly warnings?: readonly { readonly message: string; readonly count?: number | undefined }[] | undefined;
  /** The study file as it was run. */
  readonly study?: string | undefined;
}

export interface Report {
  readonly title: string;
  readonly subtitle?: string | undefined;
  readonly label?: ExperimentLabel | undefined;
  /** A banner across the top, such as `quick`. */
  readonly stamp?: string | undefined;
  /** What a reader in a hurry must know; marked up as `text` of a section. */
  readonly abstract?: string | undefined;
  readonly summary: readonly SummaryRow[];
  readonly sections: readonly ReportSection[];
  readonly provenance?: Provenance | undefined;
}
