import { DOUBLE, DuckDBScalarFunction, type DuckDBVector } from '@duckdb/node-api';

/** A variable that is computed block by block: columns in, one column out, all of the same length. */
export interface BlockFunction {
  readonly arity: readonly [number, number];
  /** A pure function of its rows: the blocks may come in any order and size. */
  readonly run: (...columns: Float64Array[]) => Float64Array;
}

interface Numbers {
  readonly items: Float64Array;
}

/** The function as DuckDB calls it, 2048 rows at a time. NULL where an argument is. */
export function scalarFunction(sqlName: string, name: string, { run }: BlockFunction): DuckDBScalarFunction {
  return DuckDBScalarFunction.create({
    name: sqlName,
    returnType: DOUBLE,
    varArgsType: DOUBLE,
    mainFunction: (info, chunk, output) => {
      const rows = chunk.rowCount;
      try {
        const columns = Array.from({ length: chunk.columnCount }, (_, i) =>
          Float64Array.from((chunk.getColumnVector(i) as DuckDBVector & Numbers).items.subarray(0, rows)),
        );
        const result = run(...columns);
        if (!(result instanceof Float64Array) || result.length !== rows) {
          throw new Error(`it must return a Float64Array of ${rows} values`);
        }
        (output as DuckDBVector & Numbers).items.set(result);
        output.flush();
      } catch (error) {
        info.setError(`variable "${name}": ${(error as Error).message}`);
      }
    },
  });
}
