"""A contestant of "time to quality" (../reach) in JAX: trains by the tutorial's recipe, or by this
package's recommended one (../../meanflow/recommended.go, ../../meanflow/latent/recommended.go).

The argument is a job (JSON, see ../reach/job.go). For each number of training steps that it reads,
it trains until then, writes samples in one step and answers with the number.
"""

import json
import math
import sys

import jax
import jax.numpy as jnp
import jax_digits
import numpy as np
import reach_coupling
from jax import lax

BATCHES = 50  # Of a compiled loop, and of a pool.


def mlp_weights(seed, dim, width):
    # NumPy draws them without compiling, which takes JAX two seconds.
    generator, sizes = np.random.default_rng(seed), [dim + 2, width, width, width, width, dim]
    return [
        tuple(generator.uniform(-inputs**-0.5, inputs**-0.5, shape).astype(np.float32)
              for shape in ((inputs, outputs), (outputs,)))
        for inputs, outputs in zip(sizes[:-1], sizes[1:])]


def mlp(weights, x, t, r, labels):
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


def draw_data(key, rows, n):
    """Draws n points and their labels, None without classes, of rows (points, labels)."""
    if rows is None:
        return checkerboard(key, n), None
    points, labels = rows
    chosen = jax.random.randint(key, (n,), 0, len(points))
    return points[chosen], None if labels is None else labels[chosen]


class Tutorial:
    """Independent noise, uniform times, a constant learning rate."""

    batch, pool = 2048, None
    network, clip, decay = staticmethod(mlp), None, None

    def __init__(self, job):
        self.dim = job["dim"]

    def weights(self, seed):
        return mlp_weights(seed, self.dim, 64)

    def draw(self, key, rows, n):
        data, noise = jax.random.split(key)
        points, _ = draw_data(data, rows, n)
        return points, jax.random.normal(noise, points.shape), None

    def times(self, key):
        times = jax.random.uniform(key, (self.batch, 2))
        return jnp.max(times, -1, keepdims=True), jnp.min(times, -1, keepdims=True)

    def reduce(self, squares):
        return jnp.mean(squares) / self.dim

    def withhold(self, key, labels):
        return labels

    def rate(self, progress):
        return 0.003


class Recommended(Tutorial):
    """Noise of the same rank, blurred, a flow ratio, an adaptive weight, a schedule."""

    largest, blur, ratio, power = 0.02, 0.05, 0.6, 0.25

    def __init__(self, job):
        super().__init__(job)
        self.pool = BATCHES

    def weights(self, seed):
        return mlp_weights(seed, self.dim, 128 if self.dim > 16 else 64)

    def draw(self, key, rows, n):
        data, blur, noise = jax.random.split(key, 3)
        points, _ = draw_data(data, rows, n)
        keys = points + self.blur * jax.random.normal(blur, points.shape)
        order, noise = reach_coupling.sorted_noise(noise, keys)
        return points[order], noise, None

    def times(self, key):
        first, second = jax.random.split(key)
        t, r = super().times(first)
        return t, jnp.where(jax.random.uniform(second, r.shape) < self.ratio, t, r)

    def reduce(self, squares):
        return jnp.mean(lax.stop_gradient((squares + 1e-3) ** -self.power) * squares)

    def rate(self, progress):
        rest = jnp.maximum((progress - 0.05) / 0.95, 0)
        return self.largest * jnp.where(
            progress >= 0.05, (1 + jnp.cos(math.pi * rest)) / 2, progress / 0.05)


class RecommendedForCodes(Recommended):
    """The recommended recipe of a flow of codes with classes."""

    batch, network, clip, decay = 256, staticmethod(jax_digits.residual_mlp), 1, 0.998
    largest, ratio, power = 0.003, 0.5, 0.75

    def __init__(self, job):
        super().__init__(job)
        self.classes = job["classes"]

    def weights(self, seed):
        return jax_digits.residual_mlp_weights(jax_digits.keys_from(seed), 256)

    def draw(self, key, rows, n):
        data, noise = jax.random.split(key)
        points, labels = draw_data(data, rows, n)
        order, noise = reach_coupling.sorted_noise_given(noise, points, labels, self.classes)
        return points[order], noise, labels[order]

    def times(self, key):
        first, second = jax.random.split(key)
        times = jax.nn.sigmoid(1.6 * jax.random.normal(first, (self.batch, 2)))
        t, r = jnp.max(times, -1, keepdims=True), jnp.min(times, -1, keepdims=True)
        return t, jnp.where(jax.random.uniform(second, r.shape) < self.ratio, t, r)

    def withhold(self, key, labels):
        return jnp.where(jax.random.uniform(key, labels.shape) < 0.05, 0, labels)


def recipe_of(job):
    if job["recipe"] == "tutorial":
        return Tutorial(job)
    return RecommendedForCodes(job) if job["classes"] else Recommended(job)


def mean_flow(recipe, weights, key, data, noise, labels):
    first, second = jax.random.split(key)
    t, r = recipe.times(first)
    labels = recipe.withhold(second, labels)
    velocity = noise - data
    u, dudt = jax.jvp(
        lambda x, t, r: recipe.network(weights, x, t, r, labels),
        ((1 - t) * data + t * noise, t, r), (velocity, jnp.ones_like(t), jnp.zeros_like(r)))
    target = lax.stop_gradient(velocity - (t - r) * dudt)
    return recipe.reduce(jnp.sum((u - target) ** 2, -1))


def training(recipe, total):
    """Makes a function that trains for BATCHES steps: (state, rows) -> state."""

    def step(state, examples, rows):
        weights, first, second, average, count, key = state
        key, drawn, now = jax.random.split(key, 3)
        if examples is None:
            examples = recipe.draw(drawn, rows, recipe.batch)
        gradient = jax.grad(lambda weights: mean_flow(recipe, weights, now, *examples))(weights)
        if recipe.clip is not None:
            norm = jnp.sqrt(sum(jnp.sum(g**2) for g in jax.tree.leaves(gradient)))
            gradient = jax.tree.map(
                lambda g: g * recipe.clip / jnp.maximum(norm, recipe.clip), gradient)
        rate, count = recipe.rate(count / total), count + 1
        first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, first, gradient)
        second = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, second, gradient)
        unbias1, unbias2 = 1 - 0.9**count, 1 - 0.999**count
        weights = jax.tree.map(
            lambda w, m, v: w - rate * (m / unbias1) / (jnp.sqrt(v / unbias2) + 1e-8),
            weights, first, second)
        if recipe.decay is not None:
            share = (1 - recipe.decay) / (1 - recipe.decay**count)
            average = jax.tree.map(lambda a, w: a + share * (w - a), average, weights)
        return (weights, first, second, average, count, key), None

    def epoch(state, rows):
        pool = None
        if recipe.pool is not None:
            *state, key = state
            key, drawn, dealt = jax.random.split(key, 3)
            examples = recipe.draw(drawn, rows, BATCHES * recipe.batch)
            present = [array for array in examples if array is not None]
            pool = reach_coupling.deal(dealt, BATCHES, present)
            pool += [None] * (len(examples) - len(pool))
            state = (*state, key)
        return lax.scan(lambda state, examples: step(state, examples, rows),
                        state, pool, length=BATCHES)[0]

    return jax.jit(epoch, donate_argnums=0)


def sample(recipe, weights, key, dim, labels):
    noise = jax.random.normal(key, (len(labels), dim))
    t = jnp.ones((len(labels), 1))
    return noise - recipe.network(weights, noise, t, 0 * t, labels)


def read_rows(job):
    """Reads the points and, if there are classes, their labels from 1. None: a checkerboard."""
    if not job["data"]:
        return None
    rows = np.load(job["data"])
    points = jnp.asarray(rows[:, :job["dim"]], np.float32)
    return points, jnp.asarray(rows[:, -1], np.int32) if job["classes"] else None


def main(job):
    recipe = recipe_of(job)
    rows = read_rows(job)
    trained, sampled = jax.random.split(jax.random.key(job["seed"]))
    weights = jax.tree.map(np.asarray, recipe.weights(job["seed"]))
    zeros = jax.tree.map(np.zeros_like, weights)
    average = None if recipe.decay is None else weights
    state = jax.tree.map(jnp.array, (weights, zeros, zeros, average, np.float32(0), trained))
    labels = np.sort(np.arange(job["samples"]) % max(1, job["classes"])) + 1
    epoch = training(recipe, job["steps"])
    sampler = jax.jit(
        lambda weights, key: sample(recipe, weights, key, job["dim"], jnp.asarray(labels)))
    steps = 0
    for line in sys.stdin:
        while steps < int(line):
            state = epoch(state, rows)
            steps += BATCHES
        weights = state[0] if recipe.decay is None else state[3]
        np.save(job["out"], np.asarray(sampler(weights, sampled), np.float64))
        print(steps, flush=True)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
