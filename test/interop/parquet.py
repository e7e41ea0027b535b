"""Parquet files in every page version, compression and encoding that pyarrow offers for numbers.

parquet.py DIR    writes them there and prints, as JSON, their columns' values (null for what is missing)
"""

import itertools
import json
import os
import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

N = 5000
rng = np.random.default_rng(7)
missing = rng.random(N) < 0.2
columns = {
    "d": pa.array(rng.normal(size=N)),
    "few": pa.array(rng.integers(0, 300, N).astype(float)),
    "holes": pa.array(rng.normal(size=N), mask=missing),
    "fewHoles": pa.array(rng.integers(-5, 5, N), mask=missing),
    "never": pa.array([None] * N, type=pa.float64()),
    "f": pa.array(rng.normal(size=N).astype(np.float32)),
    "i8": pa.array(rng.integers(-128, 128, N).astype(np.int8)),
    "u32": pa.array(rng.integers(0, 2**32, N).astype(np.uint32)),
    "i64": pa.array(rng.integers(-(2**53), 2**53, N)),
    "b": pa.array(rng.random(N) < 0.5),
    "bHoles": pa.array(rng.random(N) < 0.5, mask=missing),
}
table = pa.table(columns)
required = pa.schema([pa.field(f.name, f.type, nullable=f.name in ("holes", "fewHoles", "never", "bHoles")) for f in table.schema])
names = []
for version, codec, dictionary, strict in itertools.product(["1.0", "2.0"], ["none", "snappy", "gzip", "zstd"], [True, False], [True, False]):
    name = f"{version}-{codec}-{'dictionary' if dictionary else 'plain'}-{'required' if strict else 'optional'}.parquet"
    pq.write_table(
        table.cast(required) if strict else table,
        os.path.join(sys.argv[1], name),
        data_page_version=version,
        compression=codec,
        use_dictionary=dictionary,
        row_group_size=1700,
        data_page_size=4096,
        write_page_index=codec == "zstd",
        write_page_checksum=codec == "gzip",
    )
    names.append(name)
values = {n: [None if v is None else float(v) for v in c.to_pylist()] for n, c in columns.items()}
print(json.dumps({"files": names, "values": values}))
