"""Peer of pid-table.mjs: weighted tables with boost-histogram and pandas, as PIDCalib2 makes them.

pid-table.py make FILE ROWS [pandas]    writes the sample: bare, or compressed with Snappy as pandas does by default
pid-table.py serve FILE            answers lines "read", "fill THREADS CUTS AXES" on stdin with a line of JSON each
"""

import json
import sys
import time

import boost_histogram as bh
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

AXES = [
    np.r_[3e3, 9300, 15600, 17675, 19500, np.linspace(2.2e4, 1e5, 12)],
    np.array([1.5, 3, 5.0]),
    np.array([0, 50, 200, 300, 500.0]),
]


def make(file, rows, stored):
    writer = None
    pandas = stored == "pandas"
    for block, start in enumerate(range(0, rows, 1_000_000)):
        n = min(1_000_000, rows - start)
        rng = np.random.default_rng(block)
        columns = {
            "p": rng.exponential(20e3, n),
            "eta": rng.uniform(2, 5, n),
            "ntr": rng.integers(0, 500, n).astype(float),
            "dll": rng.normal(size=n),
            "sw": rng.normal(0.5, 1, n),
        }
        table = pa.table(columns)
        writer = writer or pq.ParquetWriter(
            file, table.schema, compression="snappy" if pandas else "none", use_dictionary=pandas
        )
        writer.write_table(table, row_group_size=1_000_000 if pandas else 122_880)
    writer.close()


def histogram(frame, threads, count):
    axes = [bh.axis.Variable(edges) for edges in AXES[:count]]
    h = bh.Histogram(*axes, storage=bh.storage.Weight())
    columns = (frame.p, frame.eta, frame.ntr)[:count]
    h.fill(*columns, weight=frame.sw, threads=threads)
    return h.view(flow=False)


def serve(file):
    frame = None
    for line in sys.stdin:
        word, *args = line.split()
        start, processor = time.perf_counter(), time.process_time()
        answer = {}
        if word == "read":
            frame = pd.read_parquet(file)
        else:
            threads, cuts, axes = int(args[0]), [float(c) for c in args[1].split(",")], int(args[2])
            total = histogram(frame, threads, axes)
            passed = [histogram(frame.query(f"dll > {cut} and p > 5000"), threads, axes) for cut in cuts]
            answer = {"total": float(total.value.sum()), "passed": [float(v.value.sum()) for v in passed]}
        answer["seconds"] = time.perf_counter() - start
        answer["processor"] = time.process_time() - processor
        print(json.dumps(answer), flush=True)


if sys.argv[1] == "make":
    make(sys.argv[2], int(sys.argv[3]), sys.argv[4] if len(sys.argv) > 4 else "bare")
elif sys.argv[1] == "versions":
    print(f"Python {sys.version.split()[0]}, boost-histogram {bh.__version__}, pandas {pd.__version__}, NumPy {np.__version__}")
else:
    serve(sys.argv[2])
