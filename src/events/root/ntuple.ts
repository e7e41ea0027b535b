import { readHeaderFooter, rntupleProcess } from 'jsroot/rntuple';
import { TSelector } from 'jsroot/tree';
import type { ByteSource } from './byte-source.js';
import type { ColumnSource } from './columns.js';
import { BasketDamage, PlacedDamage, reasonOf } from './damage.js';
import type { JsrootFile, JsrootKey } from './jsroot-objects.js';
import { quietly } from './metadata.js';
import { describeField } from './ntuple-field.js';
import type { NtupleField } from './ntuple-field.js';
import { ntupleColumn } from './ntuple-column.js';
import { OpenTree } from './tree.js';
import type { RootTree } from './types.js';

/** What jsroot finds in an RNTuple's header and footer. */
interface Description {
  readonly fieldDescriptors: readonly NtupleField[];
  readonly clusterGroups: readonly unknown[];
  readonly clusterSummaries: readonly { readonly numEntries: number | bigint }[];
}

/** The anchor object: byte count, class version, four version numbers, then where header and footer are. Files need not describe its class. */
function anchor(source: ByteSource, key: JsrootKey, file: JsrootFile): object {
  const bytes = Buffer.alloc(key.fObjlen);
  if (key.fNbytes - key.fKeylen !== key.fObjlen || bytes.length < 70) throw new BasketDamage('its anchor is damaged');
  source.read(key.fSeekKey + key.fKeylen, bytes.length, bytes);
  const field = (index: number): number => Number(bytes.readBigUInt64BE(14 + 8 * index));
  if (bytes.readUInt16BE(6) < 1) throw new BasketDamage('it was written before version 1.0 of the format');
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

class Rows extends TSelector {
  readonly rows = new Map<string, unknown[]>();
  constructor(fields: readonly string[]) {
    super();
    for (const field of fields) {
      this.addBranch(field, field);
      this.rows.set(field, []);
    }
  }
  override Process(): void {
    for (const [field, values] of this.rows) values.push(this.tgtobj[field]);
  }
}

/** Open an RNTuple (version 1.0 on) through jsroot: correct for numbers, strings and their lists, entry by entry. */
export async function openNtuple(
  name: string,
  key: JsrootKey,
  file: JsrootFile,
  source: ByteSource,
): Promise<RootTree> {
  const ntuple = anchor(source, key, file);
  const found = (await quietly(() => readHeaderFooter(ntuple))) as unknown as Description | null;
  if (!found) throw new BasketDamage('its header or footer is damaged');
  // jsroot reads the first group of clusters alone: part of the entries is not all of them.
  if (found.clusterGroups.length > 1) throw new BasketDamage('it has several cluster groups, which are not read here');
  const entries = found.clusterSummaries.reduce((sum, cluster) => sum + Number(cluster.numEntries), 0);

  const columns = new Map<string, ColumnSource>();
  const fields = found.fieldDescriptors;
  fields.forEach((field, index) => {
    if (field.parentFieldId !== index) return;
    columns.set(field.fieldName, { info: describeField(field, index, fields) });
  });

  return new OpenTree(source.path, name, entries, columns, {
    async decode(sources, from, to) {
      const names = sources.map((column) => column.info.name);
      const rows = new Rows(names);
      try {
        if (to > from && names.length > 0) {
          await quietly(() => rntupleProcess(ntuple, rows, { firstentry: from, numentries: to - from }));
        }
        return new Map(
          sources.map(({ info }) => {
            const values = rows.rows.get(info.name)!;
            if (values.length !== to - from)
              throw new BasketDamage(`${values.length} of ${to - from} entries were read`);
            return [info.name, ntupleColumn(info, values)];
          }),
        );
      } catch (error) {
        const why = reasonOf(error);
        throw new PlacedDamage({ branch: names.join(', '), basket: 0, from, to, why });
      }
    },
    close() {
      // The file owns the bytes.
    },
  });
}
