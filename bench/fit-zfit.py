"""One of the fits of bench/fit.mjs with zfit: python fit-zfit.py MODEL PATH -> JSON. Compilation is not in the time."""

import json
import os
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("ZFIT_DISABLE_TF_WARNINGS", "1")
import numpy as np
import zfit

model, path = sys.argv[1:3]
P = zfit.Parameter
x = np.fromfile(path + ".x")
n = len(x)
ns, nb = P("ns", n / 2, 0, 2 * n), P("nb", n / 2, 0, 2 * n)


def mass():
    return zfit.Space("x", 1825, 1910)


if model.startswith("2 Gaussians"):
    obs = mass()
    mu, f = P("mu", 1865, 1800, 1900), P("f", 0.5, 0, 1)
    parts = [zfit.pdf.Gauss(mu, P(f"s{i}", s, 1, 50), obs=obs) for i, s in ((1, 5), (2, 12))]
    signal = zfit.pdf.SumPDF(parts, fracs=f)
    background = zfit.pdf.Exponential(P("lam", -1 / 50, -0.1, -0.001), obs=obs)
    values = x
elif model.startswith("2 Crystal"):
    obs = mass()
    mu, f = P("mu", 1865, 1800, 1900), P("f", 0.5, 0, 1)
    # A negative alpha is a tail at the right.
    left = zfit.pdf.CrystalBall(mu, P("s1", 5, 1, 50), P("a1", 2, 0.3, 8), P("n1", 3, floating=False), obs=obs)
    right = zfit.pdf.CrystalBall(mu, P("s2", 12, 1, 50), P("a2", -2, -8, -0.3), P("n2", 3, floating=False), obs=obs)
    signal = zfit.pdf.SumPDF([left, right], fracs=f)
    background = zfit.pdf.Exponential(P("lam", -1 / 50, -0.1, -0.001), obs=obs)
    values = x
elif model.startswith("two dimensions"):
    first, second = zfit.Space("x", 5200, 5360), zfit.Space("t", 0, 10)
    obs = first * second
    signal = zfit.pdf.ProductPDF([
        zfit.pdf.Gauss(P("mu", 5279, 5200, 5360), P("s", 12, 1, 100), obs=first),
        zfit.pdf.Exponential(P("ls", -0.5, -5, -0.01), obs=second),
    ])
    background = zfit.pdf.ProductPDF([
        zfit.pdf.Exponential(P("lx", -0.002, -0.1, 0.1), obs=first),
        zfit.pdf.Exponential(P("lt", -1, -5, -0.01), obs=second),
    ])
    values = np.stack([x, np.fromfile(path + ".t")], axis=1)
else:
    obs = zfit.Space("x", 60, 120)
    signal = zfit.pdf.Voigt(P("m", 91, 80, 100), P("s", 1.5, 0.1, 20), P("g", 1.5, 0.1, 20), obs=obs)
    background = zfit.pdf.Exponential(P("lam", -0.02, -0.5, -0.001), obs=obs)
    values = x
total = zfit.pdf.SumPDF([signal.create_extended(ns), background.create_extended(nb)])
loss = zfit.loss.ExtendedUnbinnedNLL(total, zfit.Data.from_numpy(obs=obs, array=values))
begin = time.perf_counter()
loss.value()
loss.gradient()
compiled = time.perf_counter()
result = zfit.minimize.Minuit().minimize(loss)
minimised = time.perf_counter()
errors = result.hesse()
end = time.perf_counter()
print(json.dumps({
    "seconds": end - compiled,
    "minimise": minimised - compiled,
    "first": compiled - begin,
    "valid": bool(result.valid),
    "signal": [float(ns.value()), float(errors[ns]["error"]) if ns in errors else None],
    "versions": f"zfit {zfit.__version__}",
}))
