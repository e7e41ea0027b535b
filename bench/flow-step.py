"""One training step of flowjax's spline coupling flow, on request: `serve` answers `BATCH STEPS` lines with milliseconds a step.

The environment decides on threads before JAX is loaded: DATAMC_BENCH_THREADS=1 keeps XLA on one core.
"""
import os
import sys
import time

if os.environ.get("DATAMC_BENCH_THREADS", "1") == "1":
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

import equinox as eqx  # noqa: E402
import flowjax  # noqa: E402
import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import jax.random as jr  # noqa: E402
import numpy as np  # noqa: E402
import optax  # noqa: E402
import paramax  # noqa: E402
from flowjax.bijections import RationalQuadraticSpline  # noqa: E402
from flowjax.distributions import Normal  # noqa: E402
from flowjax.flows import coupling_flow  # noqa: E402

FEATURES, TRANSFORMS, HIDDEN, BINS = 6, 5, 64, 8


def events(n, rng):
    columns = np.empty((n, FEATURES), np.float32)
    last = rng.standard_normal(n)
    for j in range(FEATURES):
        columns[:, j] = last
        last = np.minimum(0.5 * last * last - 0.7 + 0.5 * rng.standard_normal(n), 3)
    return jnp.asarray(columns)


def trainer(batch):
    flow = coupling_flow(
        jr.key(0),
        base_dist=Normal(jnp.zeros(FEATURES)),
        transformer=RationalQuadraticSpline(knots=BINS, interval=4),
        flow_layers=TRANSFORMS,
        nn_width=HIDDEN,
        nn_depth=2,
    )
    params, static = eqx.partition(flow, eqx.is_inexact_array, is_leaf=lambda l: isinstance(l, paramax.NonTrainable))
    optimiser = optax.adam(1e-3)

    @eqx.filter_jit
    def step(params, state, x):
        def loss(p):
            return -paramax.unwrap(eqx.combine(p, static)).log_prob(x).mean()

        value, gradient = eqx.filter_value_and_grad(loss)(params)
        updates, state = optimiser.update(gradient, state, params)
        return eqx.apply_updates(params, updates), state, value

    rng = np.random.default_rng(1)
    held = {"params": params, "state": optimiser.init(params), "data": [events(batch, rng) for _ in range(10)]}

    def run(steps):
        params, state = held["params"], held["state"]
        start = time.perf_counter()
        for i in range(steps):
            params, state, value = step(params, state, held["data"][i % 10])
        value.block_until_ready()
        took = (time.perf_counter() - start) / steps * 1e3
        held["params"], held["state"] = params, state
        return took

    run(3)
    return run


print(f"flowjax {flowjax.__version__}, jax {jax.__version__}", flush=True)
trainers = {}
for line in sys.stdin:
    batch, steps = (int(word) for word in line.split())
    if batch not in trainers:
        trainers[batch] = trainer(batch)
        print("ready", flush=True)
        continue
    print(trainers[batch](steps), flush=True)
