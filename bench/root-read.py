"""uproot's side of root-read.mjs.

`make DIR` writes the files; `serve` answers each line 'MODE PATH' with milliseconds of the clock, of the processor, and a sum.
"""
import os
import resource
import sys
import time

import awkward as ak
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import uproot

CODECS = {"zlib": uproot.ZLIB(1), "lz4": uproot.LZ4(4), "zstd": uproot.ZSTD(3), "lzma": uproot.LZMA(1)}


def flat():
    """Seven columns of 4 million entries, 160 MB, in baskets of 500 000."""
    rng = np.random.default_rng(0)
    entries = 4_000_000
    data = {f"v{i}": rng.normal(size=entries).astype("f4" if i > 2 else "f8") for i in range(6)}
    data["n"] = rng.integers(0, 50, entries).astype("i4")
    return data, {key: value.dtype for key, value in data.items()}, entries, 500_000


def nano():
    """Like NanoAOD: lists of muons and jets, shortened mantissas, flags; 400 000 events, baskets of 4000."""
    rng = np.random.default_rng(0)
    entries = 400_000

    def short(values):
        return (values.astype("f4").view("u4") & 0xFFFFF000).view("f4")

    def lists(counts, kind):
        total = counts.sum()
        if kind == "f":
            values = short(rng.exponential(20, total))
        elif kind == "i":
            values = rng.integers(-1, 4, total).astype("i4")
        else:
            values = rng.random(total) < 0.5
        return ak.unflatten(values, counts)

    muons, jets = rng.poisson(1.5, entries), rng.poisson(6, entries)
    muon = dict(pt="f", eta="f", phi="f", charge="i", tight="b")
    jet = dict(pt="f", eta="f", phi="f", mass="f", btag="f", area="f", id="i", hadron="i")
    data = {
        "Muon": ak.zip({key: lists(muons, kind) for key, kind in muon.items()}),
        "Jet": ak.zip({key: lists(jets, kind) for key, kind in jet.items()}),
        **{f"MET{i}": short(rng.exponential(30, entries)) for i in range(8)},
        **{f"HLT{i}": rng.random(entries) < 0.1 for i in range(4)},
    }
    types = {key: value.type.content if isinstance(value, ak.Array) else value.dtype for key, value in data.items()}
    return data, types, entries, 4000


def make(folder):
    for kind, columns in (("big", flat), ("nano", nano)):
        paths = {name: os.path.join(folder, f"{kind}_{name}.root") for name in CODECS}
        missing = {name: path for name, path in paths.items() if not os.path.exists(path)}
        if not missing:
            continue
        data, types, entries, basket = columns()
        for name, path in missing.items():
            with uproot.recreate(path + ".part", compression=CODECS[name]) as file:
                file.mktree("t", types)
                for start in range(0, entries, basket):
                    file["t"].extend({key: value[start : start + basket] for key, value in data.items()})
            os.rename(path + ".part", path)


def read(mode, path):
    library = "ak" if "nano_" in path else "np"
    # Without uproot's caches, which would answer a second read from memory.
    with uproot.open(path, array_cache=None, object_cache=None) as file:
        tree = file["t"]
        if mode == "arrays":
            return tree.arrays(library=library)
        if mode == "branches":
            return {key: tree[key].array(library=library) for key in tree.keys()}
        if mode == "parquet":
            return to_parquet(tree, library, path + ".parquet")
        workers = uproot.ThreadPoolExecutor(os.cpu_count())
        return tree.arrays(library=library, decompression_executor=workers)


def to_parquet(tree, library, out):
    """All columns into an uncompressed Parquet file, in pieces of 48 MB."""
    writer = None
    for piece in tree.iterate(library=library, step_size="48 MB"):
        if library == "ak":
            piece = {key: ak.to_arrow(piece[key], extensionarray=False) for key in piece.fields}
        table = pa.table(piece)
        writer = writer or pq.ParquetWriter(
            out, table.schema, compression="none", use_dictionary=False, write_statistics=False
        )
        writer.write_table(table)
    writer.close()
    os.remove(out)
    return None


def total(result):
    if result is None:
        return 0.0
    last, counts = ("v0", "n") if "v0" in result_keys(result) else ("MET0", "nJet")
    return float(result[last][-1]) + float(np.sum(np.asarray(result[counts]), dtype="f8"))


def result_keys(result):
    return result.fields if isinstance(result, ak.Array) else result.keys()


def processor():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


if sys.argv[1] == "make":
    make(sys.argv[2])
else:
    versions = f"uproot {uproot.__version__}, numpy {np.__version__}, pyarrow {pa.__version__}"
    print(f"Python {sys.version.split()[0]}, {versions}", flush=True)
    for line in sys.stdin:
        mode, path = line.rstrip("\n").split(" ", 1)
        start, cpu = time.perf_counter(), processor()
        result = read(mode, path)
        took, cpu = time.perf_counter() - start, processor() - cpu
        print(f"{took * 1000:.1f} {cpu * 1000:.1f} {total(result)!r}", flush=True)
