import type { RunEvent } from '../runs/events.js';
import type { Prepared } from '../runs/prepare.js';
import { describeHolder } from '../runs/lock.js';
import { errorText } from './print-error.js';
import { grouped, type Io } from './io.js';

/**
 * Shows a run: on a terminal one line with what is done, the rate and the time left; otherwise a plain line per
 * finished task. Counts completions, redraws ten times a second at most.
 */
export function progressLine(io: Io): { listen(event: RunEvent): void; stop(): void } {
  const tasks = new Map<string, Prepared>();
  const running = new Map<string, number>();
  let text = '';
  let total = 0;
  let finished = 0;
  let costDone = 0;
  let costLeft = 0;
  let began = performance.now();
  let dirty = false;
  const timer = setInterval(() => draw(), 100);
  timer.unref();

  const costOf = (id: string): number => tasks.get(id)?.spec.cost ?? 1;
  const titleOf = (id: string): string => tasks.get(id)?.spec.title ?? id;

  function draw(): void {
    if (!dirty || !io.tty) return;
    dirty = false;
    io.status(text || line());
  }

  function line(): string {
    const [id, share] = [...running].at(-1) ?? ['', 0];
    const partly = [...running].reduce((sum, [task, part]) => sum + costOf(task) * part, 0);
    const seconds = (performance.now() - began) / 1000;
    const speed = (costDone + partly) / seconds;
    const left = speed > 0 && seconds > 1 ? duration((costLeft - partly) / speed) : undefined;
    const others = running.size > 1 ? ` and ${running.size - 1} more` : '';
    return [
      `${grouped(finished)}/${grouped(total)} tasks`,
      id ? `${titleOf(id)}${share ? ` ${Math.floor(100 * share)} %` : ''}${others}` : '',
      seconds > 1 && costDone > 0 ? `${((60 * finished) / seconds).toFixed(1)}/min` : '',
      left ? `${left} left` : '',
    ]
      .filter(Boolean)
      .join(' · ');
  }

  function listen(event: RunEvent): void {
    dirty = true;
    text = '';
    switch (event.type) {
      case 'waiting':
        return io.note(
          `waiting for ${describeHolder(event.holder)}, which writes into this directory (--no-wait: do not wait)`,
        );
      case 'checksum':
        text = `reading inputs ${event.done + 1}/${event.total} · ${(event.bytes / 1e6).toFixed(0)} MB of ${event.file}`;
        return;
      case 'plan':
        for (const task of event.tasks) {
          tasks.set(task.spec.id, task);
          if (!event.cached.has(task.spec.id)) costLeft += costOf(task.spec.id);
        }
        total = event.tasks.length - event.cached.size;
        began = performance.now();
        if (event.cached.size) io.note(`${event.cached.size} of ${event.tasks.length} tasks are in the cache`);
        return;
      case 'without':
        for (const task of event.tasks) tasks.set(task.spec.id, task);
        total = finished + event.tasks.length - event.cached.size;
        costLeft = event.tasks.reduce((sum, { spec }) => sum + (event.cached.has(spec.id) ? 0 : costOf(spec.id)), 0);
        return io.note(`going on without what failed, as the study allows: ${event.failed.join(', ')}`);
      case 'started':
        running.set(event.task, 0);
        return;
      case 'progress':
        if (running.has(event.task)) running.set(event.task, Math.min(1, event.done / Math.max(1, event.total)));
        return;
      case 'warning':
        return io.warn(`${event.task}: ${event.message}`, event.count);
      case 'done':
        finished++;
        running.delete(event.task);
        costDone += costOf(event.task);
        costLeft -= costOf(event.task);
        if (!io.tty) io.note(`[${finished}/${total}] ${titleOf(event.task)} (${event.seconds.toFixed(1)} s)`);
        return;
      case 'failed':
        running.delete(event.task);
        costLeft -= costOf(event.task);
        io.note(errorText(event.failure.data));
        // What the user can mend has its two lines, and no more: which task stumbled over it is nothing to him.
        if (event.failure.status !== 2) io.note(`       in task ${event.task}; tasks that do not need it go on`);
        return;
      case 'skipped':
        costLeft -= costOf(event.task);
        return;
    }
  }

  return {
    listen,
    stop() {
      clearInterval(timer);
      io.status(undefined);
    },
  };
}

/** 75 → `1 min 15 s` */
export function duration(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
}
