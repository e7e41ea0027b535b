"""Python's side of apply.mjs: uproot or pyarrow, numpy, onnxruntime and pyarrow, as in a script of one's own.

`make DEMO DIR` writes the inputs, from the demo's simulation; `apply WAY MODEL IN OUT` corrects one file; `same A B` compares.
WAY is `script` (blocks of 100 000 rows, onnxruntime as it comes) or `tuned` (blocks that fit the cache, one thread a core).
"""
import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa
import pyarrow.csv as csv
import pyarrow.parquet as parquet

MILLIONS = (1, 4)


def make(demo, folder):
    base = parquet.read_table(os.path.join(demo, "simulation.parquet"))
    for millions in MILLIONS:
        rows = millions * 1_000_000
        path = os.path.join(folder, f"in{millions}")
        if os.path.exists(path + ".root"):
            continue
        rng = np.random.default_rng(0)
        pick = rng.integers(0, base.num_rows, rows)
        # Every value its own, as in events, and one row in a thousand that the map cannot take.
        data = {name: base[name].to_numpy()[pick] * np.exp(0.01 * rng.normal(size=rows)) for name in base.column_names}
        data["ip"][::1000] = -1
        table = pa.table(data)
        parquet.write_table(table, path + ".parquet")
        csv.write_csv(table, path + ".csv")
        import uproot

        with uproot.recreate(path + ".part") as file:
            file.mktree("t", {key: value.dtype for key, value in data.items()})
            for start in range(0, rows, 500_000):
                file["t"].extend({key: value[start : start + 500_000] for key, value in data.items()})
        os.rename(path + ".part", path + ".root")


def read(path):
    if path.endswith(".root"):
        import uproot

        with uproot.open(path) as file:
            return file["t"].arrays(library="np")
    table = csv.read_csv(path) if path.endswith(".csv") else parquet.read_table(path)
    return {name: table[name].to_numpy() for name in table.column_names}


def apply(way, model, source, out):
    import onnxruntime

    data = read(source)
    options = onnxruntime.SessionOptions()
    if way == "tuned":
        options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    manifest = json.loads(session.get_modelmeta().custom_metadata_map["datamc"])
    columns = manifest["variables"] + manifest["given"]
    rows = len(data[columns[0]["column"]])
    usable = np.ones(rows, bool)
    inside = np.ones(rows, bool)
    for c in columns:
        x = data[c["column"]]
        usable &= np.isfinite(x) & (x > 0)
        inside &= (x >= c["low"]) & (x <= c["high"])
    inputs = np.stack([data[c["column"]] for c in columns], axis=1).astype("f4")
    outputs = {name: np.empty(rows, "f4") for name in ("output", "up", "down")}
    size = 4096 if way == "tuned" else 100_000

    def block(start):
        part = slice(start, start + size)
        for name, value in zip(outputs, session.run(list(outputs), {"input": inputs[part]})):
            outputs[name][part] = value[:, 0]

    if way == "tuned":
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(block, range(0, rows, size)))
    else:
        for start in range(0, rows, size):
            block(start)
    x = data["ip"]
    for name, suffix in (("output", ""), ("up", "_up"), ("down", "_down")):
        data["ip_corrected" + suffix] = np.where(usable, outputs[name].astype("f8"), x)
    data["ip_flag"] = np.where(usable, np.where(inside, 0, 2), 1).astype("u1")
    parquet.write_table(pa.table(data), out)


def same(a, b):
    one, two = parquet.read_table(a), parquet.read_table(b)
    assert one.column_names == two.column_names, (one.column_names, two.column_names)
    for name in one.column_names:
        x, y = one[name].to_numpy(), two[name].to_numpy()
        assert x.shape == y.shape, name
        # Two versions of onnxruntime: float32, and a bin of the spline that ends at a value may be the next one.
        assert np.allclose(x, y, rtol=2e-5 if "corrected" in name else 0, atol=0, equal_nan=True), name


command, *arguments = sys.argv[1:]
if command == "versions":
    import onnxruntime
    import uproot

    print(
        f"Python {sys.version.split()[0]}, onnxruntime {onnxruntime.__version__}, uproot {uproot.__version__}, "
        f"pyarrow {pa.__version__}, numpy {np.__version__}"
    )
else:
    {"make": make, "apply": apply, "same": same}[command](*arguments)
