import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { JsonObject } from '../../../base/json.js';
import { makeFolder } from '../../../base/make-folder.js';
import { reportHtml } from '../../../figures/report/report-html.js';
import { writeFigure } from '../../../figures/write-figure.js';
import { provenanceStamp } from '../../../runs/provenance.js';
import type { TaskContext } from '../../../runs/task.js';
import { abstract } from './abstract.js';
import { gather, provenanceOf } from './gather.js';
import { sectionsOf } from './sections.js';
import { summarise } from './summarise.js';
import { summaryRows } from './summary-rows.js';

const AT_ONCE = 4;

/** Task: draws every figure, writes the report, returns the summary. */
export async function report(context: TaskContext): Promise<JsonObject> {
  const found = gather(context);
  const { params } = found;
  const sections = await sectionsOf(found);
  const directory = path.join(context.dir, 'figures');
  await makeFolder(directory);
  const figures = sections.flatMap((section) => section.figures ?? []).flatMap(({ figure }) => figure ?? []);
  // A few at a time: pictures are rasterised on threads of their own.
  for (let done = 0; done < figures.length; done += AT_ONCE) {
    const some = figures.slice(done, done + AT_ONCE);
    await Promise.all(some.map((figure) => writeFigure(directory, figure, provenanceStamp(context.provenance))));
    context.progress(Math.min(done + AT_ONCE, figures.length), figures.length, 'figures');
  }
  const particles = [...new Set(params.modes.flatMap((mode) => Object.keys(mode.probes)))];
  const html = reportHtml({
    title: params.name,
    subtitle: `Particle identification: ${particles.join(', ')} from ${found.modes.join(', ')}`,
    label: params.label,
    ...(context.quick ? { stamp: 'quick' } : {}),
    abstract: abstract(found),
    summary: summaryRows(found),
    sections,
    provenance: provenanceOf(context, found),
  });
  await writeFile(path.join(context.dir, 'report.html'), `${html}\n<!-- ${provenanceStamp(context.provenance)} -->\n`);
  return summarise(found);
}
