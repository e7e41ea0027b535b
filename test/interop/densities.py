"""Reads a density as datamc saves it, and computes with NumPy and SciPy what datamc computes of it."""

import json
import sys

import numpy as np
from scipy.integrate import cumulative_trapezoid
from scipy.ndimage import gaussian_filter
from scipy.stats import gaussian_kde

folder = sys.argv[1]


def load(name):
    head = json.load(open(f"{folder}/{name}.json"))
    numbers = np.load(f"{folder}/{name}.npy")
    shape = [len(a["nodes"]) + len(a["atoms"]) for a in head["given"] + head["variables"]]
    arrays = {a["name"]: numbers[a["from"] : a["from"] + a["length"]] for a in head["numbers"]["arrays"]}
    return head, {n: v.reshape(shape) if n != "statistics" else v for n, v in arrays.items()}


k, x = np.loadtxt(f"{folder}/toy.csv", delimiter=",", skiprows=1, unpack=True)
out = {}

# Histogram and Gaussian: the smoothed template is scipy's, per area of a bin (both axes are scaled to [0, 1]).
head, arrays = load("histogram")
ranges = [(a["normaliser"]["x"][0], a["normaliser"]["x"][-1]) for a in head["given"] + head["variables"]]
bins = arrays["nominal"].shape
counts, _, _ = np.histogram2d(k, x, bins=bins, range=ranges)
smooth = gaussian_filter(counts, sigma=head["facts"]["widths"], mode="reflect") * bins[0] * bins[1]
out["histogram"] = float(np.max(np.abs(smooth - arrays["nominal"])) / smooth.max())

# F(x | k) of a saved kernel density: multilinear between nodes, trapezoids along the variable, on a fine grid.
head, arrays = load("kernel")
given, variable = head["given"][0], head["variables"][0]
fine = np.linspace(variable["nodes"][0], variable["nodes"][-1], 20001)
cdf = []
for at in (0.1, 0.45, 0.93):
    y = np.interp(at, given["normaliser"]["x"], given["normaliser"]["y"])
    line = np.array([np.interp(y, given["nodes"], column) for column in arrays["nominal"].T])
    total = cumulative_trapezoid(np.interp(fine, variable["nodes"], line), fine, initial=0)
    edges = np.interp(np.linspace(-1.5, 4, 12), variable["normaliser"]["x"], variable["normaliser"]["y"])
    cdf.append(list(np.interp(edges, fine, total / total[-1])))
out["cdf"] = cdf

# A normal sample, smoothed as much by scipy's normal kernel as by ours.
points = np.linspace(-2, 2, 21)
sample = np.loadtxt(f"{folder}/normal.csv", skiprows=1)
out["kde"] = list(gaussian_kde(sample, bw_method="silverman")(points))
print(json.dumps(out))
