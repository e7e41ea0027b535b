import { rename, rm } from 'node:fs/promises';
import type { Dataset, File as H5File } from 'h5wasm/node';
import type { StoredType } from './parquet/page.js';
import type { TypedArray } from './root/types.js';
import { openH5 } from './sources/hdf5.js';

const DTYPES: Readonly<Partial<Record<StoredType, string>>> = {
  float64: '<d',
  float32: '<f',
  int64: '<q',
  uint64: '<Q',
  int32: '<i',
  uint32: '<I',
  int16: '<h',
  uint16: '<H',
  int8: '<b',
  uint8: '<B',
  bool: '<B',
};
const CHUNK = 65_536;

/** Writes columns as datasets of equal length at the root of an HDF5 file, in blocks of rows. */
export class Hdf5Writer {
  private rows = 0;

  private constructor(
    private readonly h5: H5File,
    private readonly path: string,
    private readonly names: readonly string[],
  ) {}

  static async create(path: string, names: readonly string[], types: readonly StoredType[]): Promise<Hdf5Writer> {
    const h5 = await openH5(`${path}.${process.pid}.partial`, 'w');
    names.forEach((name, i) => {
      const blank =
        types[i] === 'int64'
          ? new BigInt64Array(0)
          : types[i] === 'uint64'
            ? new BigUint64Array(0)
            : new Float64Array(0);
      h5.create_dataset({
        name,
        data: blank,
        shape: [0],
        maxshape: [null],
        chunks: [CHUNK],
        dtype: DTYPES[types[i]] ?? '<d',
      });
    });
    return new Hdf5Writer(h5, path, names);
  }

  write(rows: number, columns: readonly TypedArray[]): void {
    this.names.forEach((name, i) => {
      const dataset = this.h5.get(name) as Dataset;
      dataset.resize([this.rows + rows]);
      dataset.write_slice([[this.rows, this.rows + rows]], columns[i]);
    });
    this.rows += rows;
  }

  async finish(): Promise<void> {
    this.h5.flush();
    this.h5.close();
    await rename(`${this.path}.${process.pid}.partial`, this.path);
  }

  async abandon(): Promise<void> {
    this.h5.close();
    await rm(`${this.path}.${process.pid}.partial`, { force: true });
  }
}
