"""uproot's side of root-read.mjs. `make DIR` writes the files; `serve` answers each line 'MODE PATH' with milliseconds."""
import os
import sys
import time

import numpy as np
import uproot

CODECS = {"zlib": uproot.ZLIB(1), "lz4": uproot.LZ4(4), "zstd": uproot.ZSTD(3), "lzma": uproot.LZMA(1)}


def make(folder):
    rng = np.random.default_rng(0)
    entries = 4_000_000
    data = {f"v{i}": rng.normal(size=entries).astype("f4" if i > 2 else "f8") for i in range(6)}
    data["n"] = rng.integers(0, 50, entries).astype("i4")
    for name, codec in CODECS.items():
        path = os.path.join(folder, f"big_{name}.root")
        if os.path.exists(path):
            continue
        with uproot.recreate(path + ".part", compression=codec) as file:
            file.mktree("t", {key: value.dtype for key, value in data.items()})
            for start in range(0, entries, 500_000):
                file["t"].extend({key: value[start : start + 500_000] for key, value in data.items()})
        os.rename(path + ".part", path)


def read(mode, path):
    # Without uproot's caches, which would answer a second read from memory.
    with uproot.open(path, array_cache=None, object_cache=None) as file:
        tree = file["t"]
        if mode == "arrays":
            return tree.arrays(library="np")
        if mode == "branches":
            return {key: tree[key].array(library="np") for key in tree.keys()}
        workers = uproot.ThreadPoolExecutor(os.cpu_count())
        return tree.arrays(library="np", decompression_executor=workers)


if sys.argv[1] == "make":
    make(sys.argv[2])
else:
    print(f"Python {sys.version.split()[0]}, uproot {uproot.__version__}, numpy {np.__version__}", flush=True)
    for line in sys.stdin:
        mode, path = line.rstrip("\n").split(" ", 1)
        start = time.perf_counter()
        result = read(mode, path)
        took = time.perf_counter() - start
        total = float(result["v0"][-1]) + float(result["n"].sum())
        print(f"{took * 1000:.1f} {total!r}", flush=True)
