import { readHeaderFooter } from 'jsroot/rntuple';
import type { ByteSource } from './byte-source.js';
import type { Unpacker } from './codecs/unpack.js';
import type { ColumnSource } from './columns.js';
import { concatColumns } from './concat.js';
import { BasketDamage, PlacedDamage, reasonOf } from './damage.js';
import type { JsrootFile, JsrootKey } from './jsroot-objects.js';
import { quietly } from './metadata.js';
import { clusterColumn } from './ntuple-column.js';
import { describeField } from './ntuple-field.js';
import type { FieldPlan, NtupleColumn, NtupleSchema } from './ntuple-field.js';
import { readPages } from './ntuple-pages.js';
import type { PageList } from './ntuple-pages.js';
import { OpenTree } from './tree.js';
import type { RootColumn, RootTree } from './types.js';

/** What jsroot finds in an RNTuple's header, footer and first page list. */
interface Description extends NtupleSchema {
  readonly clusterGroups: readonly unknown[];
  readonly clusterSummaries: readonly { readonly numEntries: number | bigint }[];
  /** By cluster, then by column. */
  readonly pageLocations: readonly (readonly PageList[])[];
}

/** The anchor: byte count, class version, four version numbers, then where header and footer are. A file need not describe its class. */
function anchor(source: ByteSource, key: JsrootKey, file: JsrootFile): object {
  const bytes = Buffer.alloc(70);
  if (key.fNbytes - key.fKeylen !== key.fObjlen || key.fObjlen < 70) throw new BasketDamage('its anchor is damaged');
  source.read(key.fSeekKey + key.fKeylen, bytes.length, bytes);
  if (bytes.readUInt16BE(6) < 1) throw new BasketDamage('it was written before version 1.0 of the format');
  const field = (index: number): number => Number(bytes.readBigUInt64BE(14 + 8 * index));
  return {
    _typename: 'ROOT::RNTuple',
    fSeekHeader: field(0),
    fNBytesHeader: field(1),
    fLenHeader: field(2),
    fSeekFooter: field(3),
    fNBytesFooter: field(4),
    fLenFooter: field(5),
    $file: file,
  };
}

/**
 * Open an RNTuple (version 1.0 on): numbers, text, their vectors and arrays of numbers. jsroot reads the description; pages
 * are decoded here. Their XXH3 checksums are not verified.
 */
export async function openNtuple(
  name: string,
  key: JsrootKey,
  file: JsrootFile,
  source: ByteSource,
  unpacker: Unpacker,
): Promise<RootTree> {
  const ntuple = anchor(source, key, file);
  const found = (await quietly(() => readHeaderFooter(ntuple))) as unknown as Description | null;
  if (!found) throw new BasketDamage('its header or footer is damaged');
  // jsroot reads the page list of the first group of clusters alone: part of the entries is not all of them.
  if (found.clusterGroups.length > 1) throw new BasketDamage('it has several cluster groups, which are not read here');
  const first = [0];
  for (const { numEntries } of found.clusterSummaries) first.push(first.at(-1)! + Number(numEntries));

  const columns = new Map<string, ColumnSource>();
  const plans = new Map<string, FieldPlan>();
  found.fieldDescriptors.forEach((field, index) => {
    if (field.parentFieldId !== index) return;
    const { info, plan } = describeField(found, index);
    columns.set(info.name, { info, clusters: first });
    if (plan) plans.set(info.name, plan);
  });

  const decodeField = (field: string, from: number, to: number): RootColumn => {
    const plan = plans.get(field)!;
    const parts: RootColumn[] = [];
    for (let cluster = 0; cluster < first.length - 1; cluster++) {
      const [start, end] = [first[cluster]!, first[cluster + 1]!];
      if (end <= from || start >= to) continue;
      const elements = ({ coltype, index }: NtupleColumn) =>
        readPages(source, unpacker, coltype, found.pageLocations[cluster]![index]!);
      try {
        const ends = plan.ends && elements(plan.ends);
        const [low, high] = [Math.max(from, start) - start, Math.min(to, end) - start];
        parts.push(clusterColumn(plan, elements(plan.values), ends, end - start, low, high));
      } catch (error) {
        throw new PlacedDamage({
          branch: field,
          part: 'cluster',
          basket: cluster,
          from: start,
          to: end,
          why: reasonOf(error),
        });
      }
    }
    const none = new Uint8Array(0);
    return concatColumns(parts.length > 0 ? parts : [clusterColumn(plan, none, plan.ends && none, 0, 0, 0)]);
  };

  return new OpenTree(source.path, name, first.at(-1)!, columns, {
    decode: (sources, from, to) =>
      Promise.resolve(new Map(sources.map(({ info }) => [info.name, decodeField(info.name, from, to)]))),
    close() {
      // The file owns the bytes.
    },
  });
}
