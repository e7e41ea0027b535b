"""Judges fits: derivatives of the same likelihoods by JAX in double precision, minima and profiles by iminuit.

python fit.py REQUEST.json  ->  JSON on stdout, one object a case.
A case names its densities, the file with its values (float64; NaN-free) and weights or edges and counts, the parameters'
names and where datamc's fit ended. Densities here come from scipy's and numba-stats' definitions, not from datamc's.
"""

import json
import sys

import jax
import jax.numpy as jnp
import numpy as np
from iminuit import Minuit
from jax.scipy.special import erfc
from numba_stats import crystalball, voigt as nvoigt

jax.config.update("jax_enable_x64", True)
ROOT2, ROOT2PI = np.sqrt(2.0), np.sqrt(2 * np.pi)


def gauss(x, mean, sigma):
    return jnp.exp(-0.5 * ((x - mean) / sigma) ** 2) / (sigma * ROOT2PI)


def phi(z):
    return 0.5 * erfc(-z / ROOT2)


def area(low, high):
    """Phi(high) - Phi(low), without cancellation above."""
    return jnp.where(low > 0, phi(-low) - phi(-high), phi(high) - phi(low))


def truncated_gauss(x, r, mean, sigma):
    return gauss(x, mean, sigma) / area((r[0] - mean) / sigma, (r[1] - mean) / sigma)


def double_gauss(x, r, mean, sigma1, sigma2, fraction):
    return fraction * truncated_gauss(x, r, mean, sigma1) + (1 - fraction) * truncated_gauss(x, r, mean, sigma2)


def exponential(x, r, slope):
    m = 0.5 * (r[0] + r[1])
    return slope * jnp.exp(slope * (x - m)) / (jnp.exp(slope * (r[1] - m)) - jnp.exp(slope * (r[0] - m)))


def chebyshev2(x, r, c1, c2):
    u = (2 * x - r[0] - r[1]) / (r[1] - r[0])
    return (1 + c1 * u + c2 * (2 * u * u - 1)) / ((r[1] - r[0]) * (1 - c2 / 3))


def cb_shape(x, mean, sigma, alpha, n):
    t = (x - mean) / sigma
    log_a = n * jnp.log(n / alpha) - alpha**2 / 2
    b = n / alpha - alpha
    tail = t < -alpha
    return jnp.where(tail, jnp.exp(log_a - n * jnp.log(b - jnp.where(tail, t, -alpha))), jnp.exp(-0.5 * t * t))


NODES, WEIGHTS = np.polynomial.legendre.leggauss(64)


def quadrature(f, low, high):
    x = 0.5 * (low + high) + 0.5 * (high - low) * NODES
    return 0.5 * (high - low) * jnp.sum(WEIGHTS * f(x))


def crystal_ball(x, r, mean, sigma, alpha, n):
    edge = jnp.clip(mean - alpha * sigma, r[0], r[1])
    shape = lambda v: cb_shape(v, mean, sigma, alpha, n)
    # The tail is smooth, the core is a Gaussian's.
    whole = quadrature(shape, r[0], edge) + sigma * ROOT2PI * area((edge - mean) / sigma, (r[1] - mean) / sigma)
    return shape(x) / whole


def crystal_ball_right(x, r, mean, sigma, alpha, n):
    return crystal_ball(2 * mean - x, (2 * mean - r[1], 2 * mean - r[0]), mean, sigma, alpha, n)


def two_crystal_balls(x, r, mean, sigma1, alpha1, sigma2, alpha2, fraction, n):
    left = crystal_ball(x, r, mean, sigma1, alpha1, n)
    return fraction * left + (1 - fraction) * crystal_ball_right(x, r, mean, sigma2, alpha2, n)


def johnson(x, r, mu, lam, gamma, delta):
    z = lambda v: gamma + delta * jnp.arcsinh((v - mu) / lam)
    density = delta / (lam * jnp.sqrt(1 + ((x - mu) / lam) ** 2)) * jnp.exp(-0.5 * z(x) ** 2) / ROOT2PI
    return density / area(z(r[0]), z(r[1]))


def argus(x, r, m0, c, p):
    shape = lambda m: m * (1 - (m / m0) ** 2) ** p * jnp.exp(c * (1 - (m / m0) ** 2))
    return shape(x) / quadrature(shape, r[0], r[1])


def voigt(x, r, mean, sigma, width):
    """The convolution as a sum over the Gaussian: an analytic integrand, so that equal steps converge exponentially."""
    t = np.linspace(-8.5, 8.5, 700)
    g = np.exp(-0.5 * t * t) / ROOT2PI * (t[1] - t[0])
    lorentz = lambda v: (width / (2 * np.pi)) / ((v - mean) ** 2 + width**2 / 4)
    cumulative = lambda v: jnp.arctan((v - mean) / (width / 2)) / np.pi
    smear = lambda f, v: jnp.sum(g * f(jnp.asarray(v)[..., None] - sigma * t), axis=-1)
    return smear(lorentz, x) / (smear(cumulative, r[1]) - smear(cumulative, r[0]))


DENSITIES = {f.__name__: f for f in (truncated_gauss, double_gauss, exponential, chebyshev2, crystal_ball,
                                     two_crystal_balls, johnson, argus, voigt)}


def total(parts, r):
    """The density over all parts, each times its yield, of a dictionary of parameters."""

    def f(x, p):
        return sum(p[part["yield"]] * DENSITIES[part["density"]](x, r, *[p[n] for n in part["parameters"]]) for part in parts)

    return f


def likelihood(case):
    r = case["range"]
    f = total(case["parts"], r)
    names = case["names"]
    fixed = case.get("fixed", {})
    unpack = lambda v: {**fixed, **dict(zip(names, v))}
    size = lambda p: sum(p[part["yield"]] for part in case["parts"])
    if "edges" in case:
        edges = np.asarray(case["edges"])
        counts = np.asarray(case["counts"], float)
        q, w = np.polynomial.legendre.leggauss(32)
        nodes = 0.5 * (edges[1:] + edges[:-1])[:, None] + 0.5 * np.diff(edges)[:, None] * q
        weights = 0.5 * np.diff(edges)[:, None] * w

        def nll(v):
            p = unpack(v)
            # ln of the bin's mean density, as a constant that depends on the data alone is free.
            mean = jnp.sum(weights * f(nodes, p), axis=1) / np.diff(edges)
            return size(p) - jnp.sum(counts * jnp.log(mean))

        return nll, None
    x = np.fromfile(case["values"])
    w = np.fromfile(case["weights"]) if "weights" in case else np.ones(len(x))

    def nll(v):
        p = unpack(v)
        return size(p) - jnp.sum(w * jnp.log(f(x, p)))

    scores = jax.jacfwd(lambda v: jnp.log(f(x, unpack(v))))
    return nll, (scores, w)


def judge(case):
    nll, events = likelihood(case)
    at = jnp.asarray(case["at"])
    value, gradient = jax.jit(jax.value_and_grad(nll))(at)
    hessian = jax.jit(jax.hessian(nll))(at)
    inverse = np.linalg.inv(np.asarray(hessian))
    out = {
        "nll": float(value),
        "edm": float(gradient @ inverse @ gradient / 2),
        "shift": [float(v) for v in inverse @ np.asarray(gradient)],
        "errors": [float(v) for v in np.sqrt(np.diag(inverse))],
    }
    if "weights" in case:
        scores, w = events
        u = np.asarray(jax.jit(scores)(at)) * w[:, None]
        covariance = inverse @ (u.T @ u) @ inverse
        out["errors"] = [float(v) for v in np.sqrt(np.diag(covariance))]
    if case.get("minos"):
        slope = jax.jit(jax.grad(nll))
        value = jax.jit(nll)
        m = Minuit(lambda v: float(value(v)) - float(out["nll"]), np.asarray(at), grad=lambda v: np.asarray(slope(v)), name=case["names"])
        m.errordef = Minuit.LIKELIHOOD
        m.errors = out["errors"]
        m.strategy = 2
        m.tol = 1e-3
        m.migrad()
        out["moved"] = [float((a - b) / e) for a, b, e in zip(m.values, case["at"], out["errors"])]
        m.minos(*case["minos"])
        out["minos"] = {n: [-m.merrors[n].lower, m.merrors[n].upper] for n in case["minos"]}
    return out


def reference():
    """The densities here against those of numba-stats, at a few places."""
    x = np.linspace(2.05, 3.95, 7)
    cb = crystalball.pdf(x, 1.3, 2.7, 3.1, 0.2) / np.diff(crystalball.cdf(np.array([2.0, 4.0]), 1.3, 2.7, 3.1, 0.2))
    v = nvoigt.pdf(x, 0.3, 3.1, 0.2)
    v /= np.trapezoid(nvoigt.pdf(np.linspace(2, 4, 200001), 0.3, 3.1, 0.2), np.linspace(2, 4, 200001))
    return {
        "crystal_ball": float(np.max(np.abs(crystal_ball(x, (2.0, 4.0), 3.1, 0.2, 1.3, 2.7) / cb - 1))),
        # numba-stats' width is the half width at half maximum.
        "voigt": float(np.max(np.abs(voigt(x, (2.0, 4.0), 3.1, 0.2, 0.6) / v - 1))),
    }


request = json.load(open(sys.argv[1]))
print(json.dumps({"reference": reference(), "cases": {name: judge(case) for name, case in request.items()}}))
