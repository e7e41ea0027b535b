import { escapeXml } from '../svg.js';
import { lineHtml, mathHtml } from './prose.js';
import type { Provenance } from './report.js';
import { formatNumber } from './rounding.js';
import { tableHtml } from './table-html.js';

const code = (text: string): string => `<pre><code>${escapeXml(text.trimEnd())}</code></pre>`;

/** `74 ms`, `3.2 s`, `2 min 05 s`. */
export function duration(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(Math.round(seconds) / 60);
  return `${minutes} min ${String(Math.round(seconds) % 60).padStart(2, '0')} s`;
}

/** The sections on how the results came about: what was run, warnings and inputs in the open, tasks folded. */
export function provenanceSections(
  provenance: Provenance,
): { id: string; title: string; html: string; folded: boolean }[] {
  const { command, seed, versions, inputs, tasks, warnings, study } = provenance;
  const sections: { id: string; title: string; html: string; folded: boolean }[] = [];
  if (warnings?.length) {
    const rows = warnings.map(({ message, count }) => [message, count ?? '']);
    sections.push({
      id: 'warnings',
      title: 'Warnings',
      html: tableHtml({ columns: ['Warning', 'Count'], rows }),
      folded: false,
    });
  }
  const run = [
    command ? `<h3>Command</h3>${code(command)}` : '',
    study ? `<h3>Study file, as it was run</h3>${code(study)}` : '',
    seed === undefined ? '' : `<p>Seed <code>${escapeXml(String(seed))}</code>.</p>`,
    versions
      ? tableHtml({ caption: 'Versions', columns: ['Software', 'Version'], rows: Object.entries(versions) })
      : '',
  ].join('\n');
  if (run.trim()) sections.push({ id: 'what-was-run', title: 'What was run', html: run, folded: false });
  if (inputs?.length) {
    const counted = inputs.some(({ events }) => events !== undefined);
    const head = `<thead><tr><th scope="col">File</th>${counted ? '<th scope="col" class="number">Events</th>' : ''}<th scope="col">SHA-256</th></tr></thead>`;
    const count = (events: number | undefined): string =>
      counted ? `<td class="number">${events === undefined ? '' : mathHtml(formatNumber(events))}</td>` : '';
    const rows = inputs.map(
      ({ path, events, sha256 }) =>
        `<tr><td>${escapeXml(path)}</td>${count(events)}<td class="hash">${escapeXml(sha256)}</td></tr>`,
    );
    const html = `<div class="scroll"><table>${head}<tbody>${rows.join('')}</tbody></table></div>`;
    sections.push({ id: 'inputs', title: 'Inputs', html, folded: false });
  }
  if (tasks?.length) {
    const timed = tasks.some(({ seconds }) => seconds !== undefined);
    const total = tasks.reduce((sum, task) => sum + (task.seconds ?? 0), 0);
    const rows = tasks.map(({ id, title, seconds }) => [
      title ?? id,
      ...(timed ? [seconds === undefined ? '' : duration(seconds)] : []),
    ]);
    const words = timed ? `<p>${lineHtml(`${tasks.length} tasks, ${duration(total)} of work in all.`)}</p>` : '';
    const html = words + tableHtml({ columns: timed ? ['Task', 'Time'] : ['Task'], rows });
    sections.push({ id: 'tasks', title: timed ? 'Tasks and their times' : 'Tasks', html, folded: true });
  }
  return sections;
}
