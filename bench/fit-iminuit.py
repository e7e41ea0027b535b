"""One of the fits of bench/fit.mjs with iminuit and numba-stats: python fit-iminuit.py MODEL PATH -> JSON."""

import json
import sys
import time

import iminuit
import numba_stats
import numpy as np
from iminuit import Minuit
from iminuit.cost import ExtendedUnbinnedNLL
from numba_stats import crystalball, truncexpon, truncnorm

model, path = sys.argv[1:3]
x = np.fromfile(path + ".x")
n = len(x)
low, high = 1825.0, 1910.0


def background(x, tau):
    return truncexpon.pdf(x, low, high, low, tau)


def gaussians(x, ns, nb, f, mu, s1, s2, tau):
    signal = f * truncnorm.pdf(x, low, high, mu, s1) + (1 - f) * truncnorm.pdf(x, low, high, mu, s2)
    return ns + nb, ns * signal + nb * background(x, tau)


def left_ball(x, a, mu, s, low, high):
    ends = crystalball.cdf(np.array([low, high]), a, 3.0, mu, s)
    return crystalball.pdf(x, a, 3.0, mu, s) / (ends[1] - ends[0])


def balls(x, ns, nb, f, mu, s1, s2, a1, a2, tau):
    signal = f * left_ball(x, a1, mu, s1, low, high)
    signal += (1 - f) * left_ball(2 * mu - x, a2, mu, s2, 2 * mu - high, 2 * mu - low)
    return ns + nb, ns * signal + nb * background(x, tau)


start = {"ns": n / 2, "nb": n / 2, "f": 0.5, "mu": 1865.0, "s1": 5.0, "s2": 12.0, "tau": 50.0}
if model.startswith("2 Crystal"):
    start |= {"a1": 2.0, "a2": 2.0}
    start["tau"] = start.pop("tau")
cost = ExtendedUnbinnedNLL(x, balls if "a1" in start else gaussians)
cost(*start.values())  # compiles
m = Minuit(cost, **start)
m.limits["ns", "nb"] = (0, 2 * n)
m.limits["f"] = (0, 1)
m.limits["s1", "s2", "tau"] = (1, 500)
if "a1" in start:
    m.limits["a1", "a2"] = (0.3, 8)
begin = time.perf_counter()
m.migrad()
minimised = time.perf_counter()
m.hesse()
end = time.perf_counter()
print(json.dumps({
    "seconds": end - begin,
    "minimise": minimised - begin,
    "valid": bool(m.valid),
    "signal": [m.values["ns"], m.errors["ns"]],
    "versions": f"iminuit {iminuit.__version__}, numba-stats {numba_stats.__version__}",
}))
