import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { userError } from '../base/error.js';
import { makeFolder } from '../base/make-folder.js';

/** First and last experiment and run that a payload holds for; −1: open. */
export type IntervalOfValidity = readonly [
  firstExperiment: number,
  firstRun: number,
  lastExperiment: number,
  lastRun: number,
];

const LINE = /^dbstore\/(\S+)\s+(\d+)\s+(-?\d+,-?\d+,-?\d+,-?\d+)$/;

/**
 * Puts a payload into a folder of basf2's testing payloads: the file `dbstore_NAME_rev_N.root`, and in `database.txt` a line
 * `dbstore/NAME N FIRST_EXP,FIRST_RUN,LAST_EXP,LAST_RUN`. A payload of the same name and interval takes the place of the
 * old one, under its number. `b2conditionsdb upload GLOBALTAG FOLDER/database.txt` uploads them.
 *
 * Source: basf2, framework/scripts/conditions_db/testing_payloads.py.
 *
 * @param write writes the payload into the file that it is given
 * @throws userError `payload.name`, `payload.iov`, `payload.database` where the folder's database.txt is none
 */
export async function addTestingPayload(
  folder: string,
  name: string,
  iov: IntervalOfValidity,
  write: (file: string) => Promise<void>,
): Promise<readonly [file: string, database: string]> {
  if (!/^[A-Za-z][\w:.-]*$/.test(name))
    throw userError({
      code: 'payload.name',
      message: 'a payload needs a name',
      got: name,
      expected: 'letters, digits, _ : . -',
    });
  if (iov.length !== 4 || !iov.every(Number.isInteger))
    throw userError({
      code: 'payload.iov',
      message: 'an interval of validity is EXPERIMENT,RUN,EXPERIMENT,RUN',
      got: iov.join(','),
      expected: 'four whole numbers',
    });
  await makeFolder(folder);
  const database = path.join(folder, 'database.txt');
  const lines = (await readFile(database, 'utf8').catch(() => '')).split('\n').filter((line) => line.trim() !== '');
  const entries = lines.map((line, i) => {
    const [, of, revision, range] = LINE.exec(line.replace(/#.*/, '').trim()) ?? [];
    if (of === undefined && !line.trim().startsWith('#'))
      throw userError({
        code: 'payload.database',
        message: 'this is no list of testing payloads',
        path: `${database}:${i + 1}`,
        got: line,
        expected: 'dbstore/NAME REVISION EXP,RUN,EXP,RUN',
      });
    return { line, of, revision: Number(revision), range };
  });
  const own = entries.filter((e) => e.of === name);
  const same = own.find((e) => e.range === iov.join(','));
  const revision = same?.revision ?? Math.max(0, ...own.map((e) => e.revision)) + 1;
  const file = path.join(folder, `dbstore_${name}_rev_${revision}.root`);
  await write(file);
  if (!same) {
    const partial = `${database}.${process.pid}.partial`;
    await writeFile(partial, `${[...lines, `dbstore/${name} ${revision} ${iov.join(',')}`].join('\n')}\n`);
    await rename(partial, database);
  }
  return [file, database];
}
