"""Digest of every column of ROOT files as uproot reads them, one JSON object per line.

    python root-uproot.py FILE...

{"file", "tree", "entries", "column", "kind", "digest"}: the MD5 of the values' little-endian bytes; for lists of the int32
offsets (counted in values), then the values; for text of the JSON list. "rounded": the values were made float32 first,
since ROOT and uproot differ in the last digit of Double32_t with a range (u / factor + min against u * step + min).
"""
import hashlib
import json
import sys

import awkward as ak
import numpy as np
import uproot


def leaf_branches(branches):
    for branch in branches:
        if branch.branches:
            yield from leaf_branches(branch.branches)
        else:
            yield branch


def little(values, rounded):
    values = np.asarray(values)
    if values.dtype == np.bool_:
        values = values.view(np.uint8)
    if rounded:
        values = values.astype("f4")
    return np.ascontiguousarray(values.astype(values.dtype.newbyteorder("<"), copy=False)).tobytes()


def text(values):
    return json.dumps(values, separators=(",", ":"), ensure_ascii=False).encode()


def describe(array, rounded):
    """(kind, bytes to digest) of one column."""
    form = str(array.type)
    if "string" in form:
        values = ak.to_list(array)
        return "string" if all(isinstance(value, str) for value in values) else "objects", text(values)
    if form.count("var *") == 0:
        values = ak.to_numpy(array)
        return "flat" if values.ndim == 1 else "fixed", little(values, rounded)
    if form.count("var *") > 1:
        return "objects", text(ak.to_list(array))
    counts = ak.to_numpy(ak.num(array, axis=1))
    content = ak.to_numpy(ak.flatten(array, axis=1))
    inner = int(np.prod(content.shape[1:], dtype=int))
    offsets = np.concatenate([[0], np.cumsum(counts * inner)]).astype("<i4")
    return "jagged", offsets.tobytes() + little(content, rounded)


def columns(tree, kind):
    """(name, function that reads the array, whether it is packed) of each column."""
    if kind == "ROOT::RNTuple":
        for name in tree.keys(recursive=False):
            yield name, tree[name].array, False
        return
    for branch in leaf_branches(tree.branches):
        yield branch.name.split("[")[0], branch.array, "Double32" in repr(branch.interpretation)


def main(files):
    for path in files:
        with uproot.open(path) as file:
            for key, kind in file.classnames(cycle=False).items():
                if kind not in ("TTree", "TNtuple", "ROOT::RNTuple"):
                    continue
                tree = file[key]
                for name, read, rounded in columns(tree, kind):
                    shape, content = describe(read(), rounded)
                    row = {"file": path, "tree": key, "entries": tree.num_entries, "column": name, "kind": shape}
                    print(json.dumps({**row, "rounded": rounded, "digest": hashlib.md5(content).hexdigest()}))


main(sys.argv[1:])
