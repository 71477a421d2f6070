"""Runs the benchmark's cases in JAX, the fastest way that JAX offers: training takes ten batches in
one jitted scan with donated state; sampling is one jitted map over chunks that fit in the caches.

Reads one case per line of standard input (JSON, see ../cases.go) and writes one answer per line.
"""

import json
import sys
import time

import jax
import jax.numpy as jnp
import jax_digits
import numpy as np
from jax import lax

DIM, DEPTH, LEARNING_RATE, BATCHES, CHUNK = 2, 4, 0.003, 10, 10_000


def initial_weights(key, width):
    sizes = [DIM + 2] + [width] * DEPTH + [DIM]
    weights = []
    for inputs, outputs in zip(sizes[:-1], sizes[1:]):
        key, first, second = jax.random.split(key, 3)
        bound = inputs**-0.5
        weights.append((
            jax.random.uniform(first, (inputs, outputs), minval=-bound, maxval=bound),
            jax.random.uniform(second, (outputs,), minval=-bound, maxval=bound),
        ))
    return weights


def network(weights, x, t, r):
    hidden = jnp.concatenate([x, t, r], -1)
    for matrix, bias in weights[:-1]:
        hidden = jax.nn.gelu(hidden @ matrix + bias, approximate=False)
    matrix, bias = weights[-1]
    return hidden @ matrix + bias


def checkerboard(key, n):
    uniform = jax.random.uniform(key, (n, 2))
    x, y = 4 * uniform[:, :1], 2 * uniform[:, 1:]
    column = jnp.floor(x)
    y = y + jnp.floor(y) + column - 2 * jnp.floor(column / 2)
    return jnp.concatenate([x, y], -1) * 0.75 - 1.5


def mean_flow(weights, key, n):
    keys = jax.random.split(key, 3)
    data, noise = checkerboard(keys[0], n), jax.random.normal(keys[1], (n, DIM))
    times = jax.random.uniform(keys[2], (n, 2))
    t, r = jnp.max(times, -1, keepdims=True), jnp.min(times, -1, keepdims=True)
    velocity = noise - data
    u, dudt = jax.jvp(
        lambda x, t, r: network(weights, x, t, r),
        ((1 - t) * data + t * noise, t, r), (velocity, jnp.ones_like(t), jnp.zeros_like(r)))
    return jnp.mean((u - lax.stop_gradient(velocity - (t - r) * dudt)) ** 2)


def flow_matching(weights, key, n):
    keys = jax.random.split(key, 3)
    data, noise = checkerboard(keys[0], n), jax.random.normal(keys[1], (n, DIM))
    t = jax.random.uniform(keys[2], (n, 1))
    return jnp.mean((network(weights, (1 - t) * data + t * noise, t, t) - (noise - data)) ** 2)


def training(loss, n):
    """Makes a function that trains for an epoch: state -> (state, losses)."""

    def step(state, _):
        weights, first, second, count, key = state
        key, now = jax.random.split(key)
        value, gradient = jax.value_and_grad(loss)(weights, now, n)
        count = count + 1
        first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, first, gradient)
        second = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, second, gradient)
        unbias1, unbias2 = 1 - 0.9**count, 1 - 0.999**count
        weights = jax.tree.map(
            lambda w, m, v: w - LEARNING_RATE * (m / unbias1) / (jnp.sqrt(v / unbias2) + 1e-8),
            weights, first, second)
        return (weights, first, second, count, key), value

    return jax.jit(lambda state: lax.scan(step, state, None, length=BATCHES), donate_argnums=0)


def sampler(points, steps):
    """Makes a function that samples: (weights, key) -> points."""

    def sample(weights, key):
        def step(i, x):
            t, r = (jnp.full((x.shape[0], 1), 1 - k / steps) for k in (i, i + 1))
            return x - (t - r) * network(weights, x, t, r)

        noise = jax.random.normal(key, (points, DIM)).reshape(-1, min(points, CHUNK), DIM)
        return lax.map(lambda x: lax.fori_loop(0, steps, step, x), noise).reshape(points, DIM)

    return jax.jit(sample)


def initial_state(width):
    weights = initial_weights(jax.random.key(0), width)
    zeros = lambda: jax.tree.map(jnp.zeros_like, weights)  # noqa: E731
    return weights, zeros(), zeros(), jnp.float32(0), jax.random.key(1)


# The compiled functions of the current case. Those of the previous case are dropped to free memory.
current = {}


def compiled(case, make):
    name = json.dumps(case)
    if name not in current:
        current.clear()
        current[name] = make()
    return current[name]


def new_training(case):
    if case["work"] in ("codes", "transformer"):
        return list(jax_digits.new_training(case, BATCHES))
    loss = {"mean flow": mean_flow, "flow matching": flow_matching}[case["objective"]]
    return [training(loss, case["batch"]), initial_state(case["width"])]


def train(case):
    now = compiled(case, lambda: new_training(case))

    def epoch():
        now[1], losses = now[0](now[1])
        float(jnp.mean(losses))

    epoch()
    start, epochs = time.perf_counter(), 0
    while time.perf_counter() - start < case["seconds"]:
        epoch()
        epochs += 1
    return (time.perf_counter() - start) / epochs / BATCHES * 1e3


def new_sampling(case):
    if case["work"] != "sampling" and case["work"] != "memory":
        return jax_digits.new_sampling(case)
    weights = initial_weights(jax.random.key(0), case["width"])
    return weights, sampler(case["points"], case["steps"])


def sample(case):
    weights, now = compiled(case, lambda: new_sampling(case))
    np.asarray(now(weights, jax.random.key(0)))
    start, calls = time.perf_counter(), 0
    while calls == 0 or time.perf_counter() - start < case["seconds"]:
        np.asarray(now(weights, jax.random.key(calls)))
        calls += 1
    return (time.perf_counter() - start) / calls * 1e3


def start(case):
    epoch, state = new_training(case)
    for _ in range(1 if case["work"] == "begin" else 100):
        state, losses = epoch(state)
        float(jnp.mean(losses))
    return 0


def memory(case):
    weights, now = new_sampling(case)
    np.asarray(now(weights, jax.random.key(0)))
    return 0


works = {
    "training": train, "sampling": sample, "start": start, "begin": start, "memory": memory,
    "codes": train, "transformer": train, "digits": sample,
    "sampled codes": sample, "sampled pixels": sample,
}
version = f"JAX {jax.__version__}, Python {sys.version.split()[0]}"
print(json.dumps({"version": version}), flush=True)
for line in sys.stdin:
    case = json.loads(line)
    print(json.dumps({"value": works[case["work"]](case)}), flush=True)
