import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { catalogueText, readCatalogue, type Catalogue } from '../../../../src/studies/pid/catalogue/catalogue.js';
import { belongsByPath } from '../../../../src/studies/pid/catalogue/index-files.js';
import { collectionsOf, queryCatalogue } from '../../../../src/studies/pid/catalogue/query.js';
import { findCatalogue, resolveCollection } from '../../../../src/studies/pid/catalogue/resolve.js';
import { pidCatalogue, pidCollections } from '../../../../src/studies/pid/catalogue/update.js';
import { datamc } from '../../../helpers/command.js';
import { temporaryFolder } from '../../../helpers/toy-run.js';
import { userErrorOf } from '../../../events/helpers/scratch.js';

const dir = temporaryFolder();
const index = path.join(dir, 'catalogue.yaml');
const put = (name: string, text: string): string => {
  const file = path.join(dir, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
};
const files = {
  proc13: put('a/collection=proc13/mode=Dst/dst.csv', 'D0_M,D0_K_p\n1.86,1\n1.87,2\n'),
  prompt: put('a/collection=prompt/mode=Dst/dst.csv', 'D0_M,D0_K_p\n1.86,1\n'),
  lambda: put('a/collection=prompt/mode=Lambda0/l.csv', 'M\n1.1157\n'),
  mc13: put('mc13.csv', 'D0_M,D0_K_p,D0_K_mcPDG\n1.86,1,321\n'),
  mcPrompt: put('mcprompt.csv', 'D0_M,D0_K_p,D0_K_mcPDG\n1.86,1,321\n1.86,1,321\n'),
};

beforeAll(async () => {
  await pidCatalogue(index, { scan: [path.join(dir, 'a')] });
  await pidCatalogue(index, { add: [files.mc13], collection: 'MC15rd_proc13', mode: 'Dst', period: 'exp12' });
  await pidCatalogue(index, { add: [files.mcPrompt], collection: 'MC15rd_prompt', mode: 'Dst' });
});

describe('a catalogue', () => {
  test('is kept with paths relative to it, columns once each, and reads back as it was', async () => {
    const text = readFileSync(index, 'utf8');
    expect(text).not.toContain(dir);
    expect(text.match(/D0_K_mcPDG/g)).toHaveLength(1);
    const read = await readCatalogue(index);
    expect(read.entries.map((e) => [e.collection, e.mode, e.kind, e.rows])).toEqual([
      ['proc13', 'Dst', 'data', 2],
      ['prompt', 'Dst', 'data', 1],
      ['prompt', 'Lambda0', 'data', 1],
      ['MC15rd_proc13', 'Dst', 'simulation', 1],
      ['MC15rd_prompt', 'Dst', 'simulation', 2],
    ]);
    expect(catalogueText(read)).toBe(text);
    const json: Catalogue = { ...read, path: path.join(dir, 'other.json'), unions: { all13: ['proc13'] } };
    writeFileSync(json.path, catalogueText(json));
    expect(await readCatalogue(json.path)).toEqual(json);
  });

  test('its folder is made', async () => {
    const elsewhere = path.join(dir, 'new', 'folder', 'catalogue.yaml');
    await pidCatalogue(elsewhere, { add: [files.proc13], collection: 'proc13', mode: 'Dst' });
    const [entry] = (await readCatalogue(elsewhere)).entries;
    expect(path.resolve(path.dirname(elsewhere), entry.file)).toBe(files.proc13);
  });

  test('entering a file again replaces it; files that are gone are forgotten when asked', async () => {
    const own = path.join(dir, 'own.yaml');
    const file = put('own.csv', 'x\n1\n');
    await pidCatalogue(own, { add: [file], collection: 'c1', mode: 'm' });
    put('own.csv', 'x\n1\n2\n');
    expect((await pidCatalogue(own, {})).changed).toEqual([file]);
    const again = await pidCatalogue(own, { add: [file], collection: 'c2', mode: 'm' });
    expect(again.entries.map((e) => [e.collection, e.rows])).toEqual([['c2', 2]]);
    renameSync(file, `${file}.gone`);
    expect((await pidCatalogue(own, { prune: true })).removed).toEqual([file]);
    expect((await pidCollections(own)).collections).toEqual([]);
  });

  test('folders say what a file belongs to', () => {
    expect(belongsByPath('x/model_name=Lambda0/forMC=False/proc=bucket14/a.root')).toEqual({
      mode: 'Lambda0',
      kind: 'data',
      collection: 'bucket14',
    });
    expect(belongsByPath('/plain/path/a.root')).toEqual({});
  });
});

describe('a query', () => {
  test('+ unites, and a campaign holds for what follows it', async () => {
    const catalogue = await readCatalogue(index);
    expect(collectionsOf(catalogue, 'proc13+prompt')).toEqual(['proc13', 'prompt']);
    expect(collectionsOf(catalogue, 'MC15rd_proc13+prompt')).toEqual(['MC15rd_proc13', 'MC15rd_prompt']);
    expect(collectionsOf(catalogue, 'MC15rd_proc13 + MC15rd_prompt')).toEqual(['MC15rd_proc13', 'MC15rd_prompt']);
    const named = { ...catalogue, unions: { summer: ['proc13', 'prompt'], 'all+': ['summer'] } };
    expect(collectionsOf(named, 'all+')).toEqual(['proc13', 'prompt']);
    expect(queryCatalogue(catalogue, { collection: 'proc13+prompt', mode: 'Dst', columns: ['D0_K_p'] })).toHaveLength(
      2,
    );
    expect(queryCatalogue(catalogue, { period: 'exp12' }).map((e) => e.file)).toEqual([files.mc13]);
  });

  test('unknown names come with near matches; data and simulation are never united', async () => {
    const catalogue = await readCatalogue(index);
    const of = (work: () => unknown) => userErrorOf(() => Promise.resolve(work()));
    expect(await of(() => collectionsOf(catalogue, 'proc14+prompt', 'samples.data.collection'))).toMatchObject({
      message: 'there is no collection "proc14"',
      path: 'samples.data.collection',
      hint: 'did you mean "proc13"?',
    });
    expect(await of(() => collectionsOf(catalogue, 'proc13+MC15rd_proc13'))).toMatchObject({ code: 'catalogue.mixed' });
    expect(await of(() => collectionsOf(catalogue, 'MC15rd_proc13+bucket1'))).toMatchObject({
      message: 'there is no collection "MC15rd_bucket1"',
    });
    expect(await of(() => queryCatalogue(catalogue, { collection: 'proc13', mode: 'dst' }))).toMatchObject({
      hint: 'did you mean "Dst"?',
    });
    expect(await of(() => queryCatalogue(catalogue, { columns: ['D0_K_pp'] }))).toMatchObject({
      code: 'catalogue.unknown-column',
    });
    const circle = { ...catalogue, unions: { a: ['b'], b: ['a'] } };
    expect(await of(() => collectionsOf(circle, 'a'))).toMatchObject({ code: 'catalogue.unknown-collection' });
  });

  test('a study finds its files through the nearest catalogue', async () => {
    const below = path.join(dir, 'a', 'collection=proc13');
    expect(await findCatalogue(below)).toBe(index);
    const found = await resolveCollection('proc13+prompt', { directory: below, mode: 'Dst' });
    expect(found.files).toEqual([files.proc13, files.prompt]);
    const nowhere = temporaryFolder();
    const error = await userErrorOf(() =>
      resolveCollection('proc13', { directory: nowhere, at: 'samples.data.collection' }),
    );
    expect(error).toMatchObject({ code: 'catalogue.none', path: 'samples.data.collection' });
    const hint = await userErrorOf(() => resolveCollection('proc13', { directory: nowhere, catalogue: 'none.yaml' }));
    expect(hint.code).toBe('catalogue.unreadable');
  });

  test('a catalogue that is wrong is told with its line', async () => {
    const bad = put(
      'bad.yaml',
      'catalogue: 1\nfiles:\n  - { file: a.csv, collecton: x, mode: m, kind: data, rows: 1, bytes: 1, columns: c1 }\n',
    );
    expect(await userErrorOf(() => readCatalogue(bad))).toMatchObject({
      code: 'study.unknown-key',
      path: 'bad.yaml:3:20',
      hint: 'did you mean "collection"?',
    });
  });
});

describe('datamc pid', () => {
  test('catalogue and collections', async () => {
    const asked = await datamc(
      'pid',
      'catalogue',
      '--catalogue',
      index,
      '--query',
      'proc13+prompt',
      '--mode',
      'Dst',
      '--json',
    );
    expect(asked.status).toBe(0);
    const { entries } = JSON.parse(asked.out) as { entries: { file: string }[] };
    expect(entries.map((e) => e.file)).toEqual([files.proc13, files.prompt]);
    const listed = await datamc('pid', 'collections', '--catalogue', index);
    expect(listed.out).toMatch(/MC15rd_prompt +simulation +Dst +1 file +2 rows/);
    const wrong = await datamc('pid', 'catalogue', '--catalogue', index, '--query', 'promt');
    expect(wrong.status).toBe(2);
    expect(wrong.err.trim().split('\n')).toHaveLength(2);
    expect(wrong.err).toContain('"prompt"');
    const lost = await datamc('pid', 'catalogue', '--catalogue', index, '--add', files.mc13);
    expect(lost.err).toContain('which collection does');
  });
});
