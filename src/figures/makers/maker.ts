import type { ExperimentLabel, Figure } from '../figure.js';

/** What every maker takes besides its data. */
export interface Common {
  readonly name: string;
  readonly label?: ExperimentLabel | undefined;
  readonly title?: string | undefined;
  readonly caption?: string | undefined;
  /** Read aloud instead of the picture. */
  readonly alt?: string | undefined;
  readonly watermark?: string | undefined;
  /** Lines inside the (first) frame. */
  readonly text?: readonly string[] | undefined;
}

/** The parts of a figure that do not depend on its data. */
export function head(common: Common): Omit<Figure, 'panels'> {
  const { name, label, title, caption, alt, watermark } = common;
  return { name, label, title, caption, alt, watermark };
}
