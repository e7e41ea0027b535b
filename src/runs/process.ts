import { readFileSync } from 'node:fs';

/**
 * When a process began, in the kernel's ticks, so that a number used again is not taken for the process that had it.
 * Undefined where there is no such process; `?` where the system does not tell.
 */
export function startOf(pid: number): string | undefined {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return undefined;
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19]; // a zombie has ended
  } catch {
    return '?';
  }
}

/** Whether the process that had this number and this start is still there. */
export function alive(pid: number, start: string): boolean {
  const now = startOf(pid);
  return now !== undefined && (now === start || now === '?' || start === '?');
}
