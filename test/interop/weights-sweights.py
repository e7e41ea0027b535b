"""Weights of the package sweights for events and shapes given as JSON on stdin: the numbers that ours are compared with."""

import json
import sys

import numpy as np
from scipy.stats import expon, kendalltau, norm
from sweights import Cow, SWeight

asked = json.load(sys.stdin)
x = np.array(asked["x"])
mean, sigma, slope = asked["shapes"]
low, high = span = tuple(asked["range"])


def signal(m):
    d = norm(mean, sigma)
    return d.pdf(m) / (d.cdf(high) - d.cdf(low))


def background(m):
    d = expon(0, slope)
    return d.pdf(m) / (d.cdf(high) - d.cdf(low))


def linear(m):
    return 2 * (m - low) / (high - low) ** 2


def told(made, matrix):
    return {"matrix": matrix.tolist(), "weights": [made.get_weight(k, x).tolist() for k in range(len(matrix))]}


yields = asked["yields"]
splot = SWeight(x, [signal, background], yields, (span,), method="summation", checks=False)
cows = {
    "unity": Cow(span, signal, background),
    "histogram": Cow(span, signal, background, Im=np.histogram(x, bins=asked["bins"], range=span)),
    "total": Cow(span, signal, background, Im=lambda m: yields[0] * signal(m) + yields[1] * background(m)),
    "terms": Cow(span, signal, [background, linear]),
}
tau = kendalltau(x, asked["y"], method="asymptotic")
answer = {
    "splot": told(splot, splot.alphas),
    **{name: told(made, made.Akl) for name, made in cows.items()},
    "kendall": [tau.statistic, tau.pvalue],
}
json.dump(answer, sys.stdout)
