"""The cases of digits in JAX: the training step of latent.Recommended (see ../../meanflow/latent)
with the residual MLP on codes or the patch transformer on pixels, and sampling by both, with and
without the decoder. check_networks.py compares the networks with the package's.
"""

import gzip
import math

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

# Sizes that the cases share. TOTAL is the number of training steps of the learning rate's schedule,
# which never ends.
CODE_DIM, CODES, CLASSES, BLOCKS, PAIRS, TOTAL = 16, 60_000, 10, 3, 3, 10_000_000
SIDE, PATCH, HEADS, TRANSFORMER_BLOCKS = 28, 4, 4, 4
GRID, PIXELS = SIDE // PATCH, PATCH * PATCH
CHUNKS = {CODE_DIM: 1000, SIDE * SIDE: 20}  # Points that are sampled together, by dimension.
DECODER = [CODE_DIM, 256, 512, SIDE * SIDE]
MNIST = "notebooks/data/mnist/train-images-idx3-ubyte.gz"


def linear(keys, inputs, outputs):
    bound = inputs**-0.5
    return tuple(
        jax.random.uniform(next(keys), shape, minval=-bound, maxval=bound)
        for shape in ((inputs, outputs), (outputs,)))


def zero_linear(width):
    return jnp.zeros((width, width)), jnp.zeros(width)


def apply(layer, x):
    # A single product of matrices is a tenth faster than one of x [n, tokens, inputs] as it is.
    y = x.reshape(-1, x.shape[-1]) @ layer[0] + layer[1]
    return y.reshape(*x.shape[:-1], -1)


def gelu(x):
    return jax.nn.gelu(x, approximate=False)


def modulation(width, *names):
    return {name: zero_linear(width) for name in names}


def perceptron_weights(keys, width, hidden):
    layers = {"inner": linear(keys, width, hidden), "outer": linear(keys, hidden, width)}
    return layers | modulation(width, "scale", "shift", "gate")


def outer_weights(keys, width, inputs):
    return {
        "conditioning": linear(keys, 2 + 4 * PAIRS + CLASSES, width),
        "input": linear(keys, inputs, width),
        "last": modulation(width, "scale", "shift"),
        "output": linear(keys, width, inputs),
    }


def conditioning(weights, t, r, label):
    times = jnp.concatenate([t, t - r], -1)
    angles = times[..., None] * (math.pi * 2.0 ** np.arange(PAIRS, dtype=np.float32))
    waves = jnp.stack([jnp.sin(angles), jnp.cos(angles)], -1).reshape(len(times), -1)
    one_hot = jax.nn.one_hot(label - 1, CLASSES)  # Zeros for label 0.
    return gelu(apply(weights["conditioning"], jnp.concatenate([times, waves, one_hot], -1)))


def modulated(weights, c, h):
    centred = h - jnp.mean(h, -1, keepdims=True)
    normalised = centred * lax.rsqrt(jnp.mean(centred**2, -1, keepdims=True) + 1e-6)
    return normalised * (1 + apply(weights["scale"], c)) + apply(weights["shift"], c)


def perceptron(weights, c, h):
    inner = gelu(apply(weights["inner"], modulated(weights, c, h)))
    return h + apply(weights["gate"], c) * apply(weights["outer"], inner)


def residual_mlp_weights(keys, width):
    blocks = [perceptron_weights(keys, width, width) for _ in range(BLOCKS)]
    return outer_weights(keys, width, CODE_DIM) | {"blocks": blocks}


def residual_mlp(weights, x, t, r, label):
    c, h = conditioning(weights, t, r, label), apply(weights["input"], x)
    for block in weights["blocks"]:
        h = perceptron(block, c, h)
    return apply(weights["output"], modulated(weights["last"], c, h))


def transformer_weights(keys, width):
    def attention():
        layers = {name: linear(keys, width, width) for name in ("query", "key", "value", "outer")}
        return layers | modulation(width, "scale", "shift", "gate")

    blocks = [
        {"attention": attention(), "mlp": perceptron_weights(keys, width, 4 * width)}
        for _ in range(TRANSFORMER_BLOCKS)]
    return outer_weights(keys, width, PIXELS) | {"blocks": blocks}


def positions(width):
    angles = np.arange(GRID)[:, None] * 10_000.0 ** (-np.arange(width // 4) / (width // 4))
    waves = np.concatenate([np.sin(angles), np.cos(angles)], -1)
    rows, columns = np.repeat(waves, GRID, 0), np.tile(waves, (GRID, 1))
    return np.concatenate([columns, rows], -1).astype(np.float32)


def attention(weights, c, h):
    n, tokens, width = h.shape
    inputs = modulated(weights, c, h)
    query, key, value = (
        apply(weights[name], inputs).reshape(n, tokens, HEADS, width // HEADS)
        for name in ("query", "key", "value"))
    scores = jnp.einsum("nqhd,nkhd->nhqk", query, key) * (width // HEADS) ** -0.5
    attended = jnp.einsum("nhqk,nkhd->nqhd", jax.nn.softmax(scores, -1), value)
    merged = apply(weights["outer"], attended.reshape(n, tokens, width))
    return h + apply(weights["gate"], c) * merged


def patch_transformer(weights, x, t, r, label):
    c = conditioning(weights, t, r, label)[:, None]
    patches = x.reshape(-1, GRID, PATCH, GRID, PATCH).swapaxes(2, 3).reshape(-1, GRID**2, PIXELS)
    h = apply(weights["input"], patches)
    h = h + positions(h.shape[-1])
    for block in weights["blocks"]:
        h = perceptron(block["mlp"], c, attention(block["attention"], c, h))
    patches = apply(weights["output"], modulated(weights["last"], c, h))
    return patches.reshape(-1, GRID, GRID, PATCH, PATCH).swapaxes(2, 3).reshape(x.shape)


def mean_flow(network, weights, key, data, labels):
    n, keys = len(data), jax.random.split(key, 4)
    noise = jax.random.normal(keys[0], data.shape)
    times = jax.nn.sigmoid(1.6 * jax.random.normal(keys[1], (n, 2)))
    t, r = jnp.max(times, -1, keepdims=True), jnp.min(times, -1, keepdims=True)
    r = jnp.where(jax.random.uniform(keys[2], (n, 1)) < 0.5, t, r)
    labels = jnp.where(jax.random.uniform(keys[3], n) < 0.1, 0, labels)
    velocity = noise - data
    u, dudt = jax.jvp(
        lambda x, t, r: network(weights, x, t, r, labels),
        ((1 - t) * data + t * noise, t, r), (velocity, jnp.ones_like(t), jnp.zeros_like(r)))
    squares = jnp.sum((u - lax.stop_gradient(velocity - (t - r) * dudt)) ** 2, -1)
    return jnp.mean(lax.stop_gradient((squares + 1e-3) ** -0.75) * squares)


def learning_rate(progress):
    rest = jnp.maximum((progress - 0.05) / 0.95, 0)
    return 0.003 * jnp.where(
        progress >= 0.05, (1 + jnp.cos(math.pi * rest)) / 2, progress / 0.05)


def training(network, batch, batches):
    """Makes a function that trains for an epoch: (state, data, labels) -> (state, losses)."""

    def step(state, data, labels):
        weights, first, second, average, count, key = state
        key, chosen, now = jax.random.split(key, 3)
        chosen = jax.random.randint(chosen, (batch,), 0, len(data))
        points = data[chosen]
        if points.dtype == jnp.uint8:
            points = points / 127.5 - 1
        loss, gradient = jax.value_and_grad(lambda weights: mean_flow(
            network, weights, now, points, labels[chosen]))(weights)
        norm = jnp.sqrt(sum(jnp.sum(g**2) for g in jax.tree.leaves(gradient)))
        gradient = jax.tree.map(lambda g: g / jnp.maximum(norm, 1), gradient)
        rate, count = learning_rate(count / TOTAL), count + 1
        first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, first, gradient)
        second = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, second, gradient)
        unbias1, unbias2 = 1 - 0.9**count, 1 - 0.999**count
        weights = jax.tree.map(
            lambda w, m, v: w - rate * (m / unbias1) / (jnp.sqrt(v / unbias2) + 1e-8),
            weights, first, second)
        average = jax.tree.map(lambda a, w: a + 0.001 / unbias2 * (w - a), average, weights)
        return (weights, first, second, average, count, key), loss

    return jax.jit(
        lambda state, data, labels: lax.scan(
            lambda state, _: step(state, data, labels), state, None, length=batches),
        donate_argnums=0)


def keys_from(seed):
    return iter(jax.random.split(jax.random.key(seed), 200))


def new_training(case, batches):
    """Returns a function that trains for an epoch, state -> (state, losses), and the state."""
    labels = 1 + jnp.arange(CODES) % CLASSES
    if case["work"] == "codes":
        network, weights = residual_mlp, residual_mlp_weights(keys_from(0), case["width"])
        data = jax.random.normal(jax.random.key(2), (CODES, CODE_DIM))
    else:
        network, weights = patch_transformer, transformer_weights(keys_from(0), case["width"])
        with gzip.open(MNIST) as file:
            pixels = np.frombuffer(file.read(), np.uint8, offset=16)
        data = jnp.asarray(pixels.reshape(-1, SIDE * SIDE))
    epoch = training(network, case["batch"], batches)
    zeros = lambda: jax.tree.map(jnp.zeros_like, weights)  # noqa: E731
    average = jax.tree.map(jnp.copy, weights)
    state = weights, zeros(), zeros(), average, jnp.float32(0), jax.random.key(1)
    return lambda state: epoch(state, data, labels), state


def sampler(network, dim, points, steps):
    """Makes a function that samples digits of class 1: (weights, key) -> [points, dim].

    All points have the same times and class, which the network gets once, in a batch of one.
    """
    chunk, label = min(points, CHUNKS[dim]), jnp.ones(1, jnp.int32)

    def sample(weights, key):
        def step(i, x):
            t, r = (jnp.full((1, 1), 1 - k / steps) for k in (i, i + 1))
            return x - (t - r) * network(weights, x, t, r, label)

        noise = jax.random.normal(key, (points // chunk, chunk, dim))
        return lax.map(lambda x: lax.fori_loop(0, steps, step, x), noise).reshape(points, dim)

    return sample


def new_sampling(case):
    """Returns weights and a function that samples: (weights, key) -> points."""
    keys, points, steps = keys_from(0), case["points"], case["steps"]
    if case["work"] == "sampled pixels":
        sample = sampler(patch_transformer, SIDE * SIDE, points, steps)
        return transformer_weights(keys, case["width"]), jax.jit(sample)
    flow, sample = residual_mlp_weights(keys, case["width"]), sampler(
        residual_mlp, CODE_DIM, points, steps)
    if case["work"] == "sampled codes":
        return flow, jax.jit(sample)
    decoder = [linear(keys, *sizes) for sizes in zip(DECODER[:-1], DECODER[1:])]

    def decoded(weights, key):
        flow, decoder = weights
        x = sample(flow, key)
        for layer in decoder[:-1]:
            x = gelu(apply(layer, x))
        return jnp.tanh(apply(decoder[-1], x))

    return (flow, decoder), jax.jit(decoded)
