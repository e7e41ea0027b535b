"""Efficiency histograms of PIDCalib2's own test data as JSON: pidcalib2.py FOLDER (pidcalib2/tests/test_data).

With an output folder after it, they are written there as docs/pid-coming-from.md says: NAME.json.
"""

import json
import math
import pickle
import sys
from pathlib import Path

folder = Path(sys.argv[1])


def numbers(values):
    return [None if math.isnan(v) else float(v) for v in values]


def histogram(h):
    view = h.view(flow=False)
    return {"values": numbers(view.value.ravel()), "variances": numbers(view.variance.ravel())}


def as_uhi(pickled, written):
    import boost_histogram.serialization

    with open(pickled, "rb") as file:
        hists = {name: pickle.load(file) for name in ["eff", "passing", "total"]}
    uhi = {name: boost_histogram.serialization.to_uhi(hists[name]) for name in ["passing", "total"]}
    with open(written, "w") as file:
        json.dump(uhi, file, default=lambda values: values.tolist())


tables = {}
for name in ["K-DLLK>4-P.ETA.nTracks", "K-DLLK>0-P", "Pi-DLLK<0-P"]:
    if len(sys.argv) > 2:
        as_uhi(folder / f"effhists-Turbo18-up-{name}.pkl", Path(sys.argv[2]) / f"{name}.json")
    with open(folder / f"effhists-Turbo18-up-{name}.pkl", "rb") as file:
        efficiency, passing, total = (pickle.load(file) for _ in range(3))
    tables[name] = {
        "axes": [[float(e) for e in axis.edges] for axis in efficiency.axes],
        "efficiency": histogram(efficiency),
        "passing": histogram(passing),
        "total": histogram(total),
    }
print(json.dumps(tables))
