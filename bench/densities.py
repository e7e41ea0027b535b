"""Peer of densities.mjs: smoothed histograms as PIDGen2 makes and applies them (NumPy, SciPy), and SciPy's gaussian_kde.

densities.py serve FILE ROWS EVENTS    answers "build", "resample", "transform", "kernel" on stdin with a line of JSON each
densities.py versions

FILE holds float64 columns one after another: p, cosTheta, kaonID of data, then of simulation.
"""

import json
import sys
import time

import numpy as np
import scipy
from scipy.ndimage import gaussian_filter, map_coordinates
from scipy.special import erfinv
from scipy.stats import gaussian_kde

BINS = 70
SIGMA = 2.0
POINTS = 200
BLOCK = 20_000


def normaliser(values, knots, gauss):
    """x and y of straight lines: a sample's quantiles, flat or normal."""
    p = np.linspace(0, 1, knots + 1)
    x = np.quantile(values, p)
    y = np.clip(erfinv(0.9996 * (2 * p - 1)), -2.5, 2.5) if gauss else p
    keep = np.r_[True, np.diff(x) > 0]
    return x[keep], y[keep]


class Template:
    def __init__(self, columns, axes=None):
        self.axes = axes or [
            normaliser(columns[0], 100, False),
            normaliser(columns[1], 100, False),
            normaliser(columns[2], 1000, True),
        ]
        self.ends = [(y[0], y[-1]) for _, y in self.axes]
        counts, _ = np.histogramdd(np.stack(self.place(columns), 1), bins=BINS, range=self.ends)
        self.density = np.maximum(gaussian_filter(counts, SIGMA, mode="reflect"), 0)

    def place(self, columns):
        return [np.interp(c, x, y) for c, (x, y) in zip(columns, self.axes)]

    def cumulative(self, given):
        """F on a grid of points of the variable, for each row's kinematics."""
        bins = []
        for c, (low, high) in zip(self.place(given), self.ends):
            bins.append(np.clip((c - low) / (high - low) * BINS - 0.5, 0, BINS - 1))
        points = np.clip((np.arange(POINTS) + 0.5) / POINTS * BINS - 0.5, 0, BINS - 1)
        n = len(given[0])
        where = [np.repeat(b, POINTS) for b in bins] + [np.tile(points, n)]
        g = map_coordinates(self.density, where, order=1, mode="nearest").reshape(n, POINTS)
        c = np.zeros((n, POINTS + 1))
        np.cumsum(g, axis=1, out=c[:, 1:])
        return c / c[:, -1:]

    def resample(self, given, u):
        c = self.cumulative(given)
        piece = np.clip((c <= u[:, None]).sum(1) - 1, 0, POINTS - 1)
        rows = np.arange(len(u))
        low, high = c[rows, piece], c[rows, piece + 1]
        t = np.where(high > low, (u - low) / np.where(high > low, high - low, 1), 0.5)
        first, last = self.ends[2]
        x, y = self.axes[2]
        return np.interp(first + (piece + t) / POINTS * (last - first), y, x)

    def rank(self, given, values):
        c = self.cumulative(given)
        first, last = self.ends[2]
        x, y = self.axes[2]
        t = np.clip((np.interp(values, x, y) - first) / (last - first) * POINTS, 0, POINTS * (1 - 1e-12))
        piece = t.astype(int)
        rows = np.arange(len(values))
        return c[rows, piece] + (t - piece) * (c[rows, piece + 1] - c[rows, piece])


def serve(file, rows, events):
    columns = np.fromfile(file).reshape(6, rows)
    data, simulation = columns[:3], columns[3:]
    u = np.random.default_rng(1).uniform(size=rows)
    to = Template(data)
    of = Template(simulation, to.axes)

    def blocks(work):
        return np.concatenate([work(slice(i, min(rows, i + BLOCK))) for i in range(0, rows, BLOCK)])

    def kernel():
        sample = gaussian_kde(np.stack(to.place([c[:events] for c in data])))
        nodes = np.meshgrid(
            np.linspace(*to.ends[0], 20), np.linspace(*to.ends[1], 10), np.linspace(*to.ends[2], 100), indexing="ij"
        )
        return sample(np.stack([n.ravel() for n in nodes]))

    works = {
        "build": lambda: Template(data).density,
        "resample": lambda: blocks(lambda s: to.resample(simulation[:2, s], u[s])),
        "transform": lambda: blocks(
            lambda s: to.resample(simulation[:2, s], of.rank(simulation[:2, s], simulation[2, s]))
        ),
        "kernel": kernel,
    }
    for line in sys.stdin:
        start, processor = time.perf_counter(), time.process_time()
        out = works[line.strip()]()
        seconds, used = time.perf_counter() - start, time.process_time() - processor
        quantiles = np.quantile(out, np.linspace(0.05, 0.95, 19)).tolist()
        print(json.dumps({"seconds": seconds, "processor": used, "quantiles": quantiles}), flush=True)


if sys.argv[1] == "versions":
    print(f"Python {sys.version.split()[0]}, NumPy {np.__version__}, SciPy {scipy.__version__}")
else:
    serve(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
