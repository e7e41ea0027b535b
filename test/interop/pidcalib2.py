"""Efficiency histograms of PIDCalib2's own test data as JSON: pidcalib2.py FOLDER (pidcalib2/tests/test_data)."""

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


tables = {}
for name in ["K-DLLK>4-P.ETA.nTracks", "K-DLLK>0-P", "Pi-DLLK<0-P"]:
    with open(folder / f"effhists-Turbo18-up-{name}.pkl", "rb") as file:
        efficiency, passing, total = (pickle.load(file) for _ in range(3))
    tables[name] = {
        "axes": [[float(e) for e in axis.edges] for axis in efficiency.axes],
        "efficiency": histogram(efficiency),
        "passing": histogram(passing),
        "total": histogram(total),
    }
print(json.dumps(tables))
