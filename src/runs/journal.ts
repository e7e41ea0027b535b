import { closeSync, fsyncSync, openSync, readSync, fstatSync, writeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { JsonObject } from '../base/json.js';

/** One line of `journal.jsonl`. */
export type JournalEntry = JsonObject & { readonly time: string; readonly event: string };

/** What happened, as it happened; only ever appended to. */
export interface Journal {
  write(event: string, fields?: JsonObject): void;
  close(): void;
}

export function openJournal(file: string): Journal {
  const fd = openSync(file, 'a+');
  // A kill may have torn the last line: end it, so that ours stands alone. Readers skip what does not parse.
  const { size } = fstatSync(fd);
  const last = Buffer.alloc(1);
  if (size > 0) readSync(fd, last, 0, 1, size - 1);
  if (size > 0 && last[0] !== 0x0a) writeSync(fd, '\n');
  return {
    write(event, fields = {}) {
      writeSync(fd, `${JSON.stringify({ time: new Date().toISOString(), event, ...fields })}\n`);
    },
    close() {
      fsyncSync(fd);
      closeSync(fd);
    },
  };
}

/** All whole lines of a journal, oldest first; empty if there is none. */
export async function readJournal(file: string): Promise<JournalEntry[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => {
    try {
      return line ? [JSON.parse(line) as JournalEntry] : [];
    } catch {
      return [];
    }
  });
}
