import { open, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { userError } from '../../base/error.js';
import { makeFolder } from '../../base/make-folder.js';
import type { ScalarType } from '../expression/scope.js';
import type { ColumnBlock, StoredType } from '../parquet/page.js';
import { Cached, type BatchColumn, type BatchReader } from './batches.js';
import { npyHeader, npyRows, type NpyArray } from './npy.js';
import type { Source } from './source.js';
import { zipMembers } from './zip.js';

const scalarOf = (type: StoredType): ScalarType =>
  type.startsWith('float') ? 'real' : type === 'bool' ? 'boolean' : 'integer';

export const flatColumn = (name: string, stored: StoredType): BatchColumn => ({
  column: { name, type: stored === 'string' ? 'string' : scalarOf(stored), stored },
  stored,
  shape: 'flat',
  length: 1,
});

interface Member {
  readonly file: string;
  readonly array: NpyArray;
}

/** Opens an NPY array, or an NPZ archive whose members are columns of equal length (or tables of one). */
export async function numpySource(file: string, cache: string, checksum: () => Promise<string>): Promise<Source> {
  const archive = /\.npz$/i.test(file);
  const members: Member[] = [];
  const columns: BatchColumn[] = [];
  const where = new Map<string, { member: Member; index: number }>();
  const found = archive
    ? await unpacked(file, path.join(cache, await checksum()))
    : [{ name: path.parse(file).name, file, from: 0, size: (await stat(file)).size }];
  for (const { name, file: inside, from, size } of found) {
    const handle = await open(inside, 'r');
    try {
      const array = await npyHeader(handle, file, from, size, archive ? name : 'c0');
      const member = { file: inside, array };
      members.push(member);
      array.fields.forEach((field, index) => {
        const plain = array.fields.length === 1 && field.name === name;
        const column = archive && found.length > 1 && !plain ? `${name}_${field.name}` : field.name;
        columns.push(flatColumn(column, field.type));
        where.set(column, { member, index });
      });
    } finally {
      await handle.close();
    }
  }
  const rows = members[0]?.array.rows ?? 0;
  const other = members.findIndex((m) => m.array.rows !== rows);
  if (members.length === 0 || other >= 0) {
    const message =
      other < 0
        ? `${file} holds no array`
        : `arrays of ${file} differ in length: "${found[0].name}" has ${rows}, "${found[other].name}" ${members[other].array.rows}`;
    const hint = 'write arrays of one sample only: numpy.savez(file, pt=pt, eta=eta)';
    throw userError({ code: 'events.array-lengths', message, path: file, hint });
  }
  const openReader = async (): Promise<BatchReader> => {
    const handles = new Map(await Promise.all(members.map(async (m) => [m, await open(m.file, 'r')] as const)));
    return {
      columns,
      rows,
      read: (names, from, to) =>
        Promise.all(
          names.map(async (name): Promise<ColumnBlock> => {
            const place = where.get(name);
            if (!place) throw new Error(`internal: no array ${name}`);
            const { member, index } = place;
            const handle = handles.get(member);
            if (!handle) throw new Error(`internal: ${member.file} is not open`);
            const [values] = await npyRows(handle, member.array, [member.array.fields[index]], from, to);
            return { values };
          }),
        ),
      close: async () => {
        for (const handle of handles.values()) await handle.close();
      },
    };
  };
  const cached = async (): Promise<Cached> =>
    new Cached(path.join(cache, await checksum(), 'table'), (await stat(file)).size, columns, openReader);
  let once: Promise<Cached> | undefined;
  return {
    path: file,
    format: archive ? 'npz' : 'npy',
    columns: columns.map((c) => c.column),
    rows,
    warnings: [],
    parquet: async (names) => (await (once ??= cached())).parquet(names),
    select: async (names) => (await (once ??= cached())).select(names),
  };
}

/** Members of an archive: stored ones are read where they are, deflated ones are unpacked into the cache first. */
async function unpacked(
  file: string,
  directory: string,
): Promise<{ name: string; file: string; from: number; size: number }[]> {
  const handle = await open(file, 'r');
  try {
    const members = await zipMembers(handle, file);
    const out = [];
    for (const member of members.filter((m) => m.name.endsWith('.npy'))) {
      const name = member.name.slice(0, -4);
      if (!member.deflated) out.push({ name, file, from: member.start, size: member.size });
      else {
        await makeFolder(directory);
        const inside = path.join(directory, `${encodeURIComponent(name)}.npy`);
        const packed = Buffer.alloc(member.packed);
        await handle.read(packed, 0, member.packed, member.start);
        const bytes = inflateRawSync(packed);
        await rm(inside, { force: true });
        const target = await open(inside, 'w');
        await target.writeFile(bytes);
        await target.close();
        out.push({ name, file: inside, from: 0, size: bytes.length });
      }
    }
    return out;
  } finally {
    await handle.close();
  }
}
