"""Noise of the same rank as the data in JAX, as ../../meanflow/coupling.go pairs it, and how its
pairs are dealt to the batches of a pool."""

import math

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax


def divisor_near(n, target):
    """Returns the divisor of n, above 1 unless n is 1, whose ratio to target is nearest to 1."""
    divisors = [d for d in range(2, n + 1) if n % d == 0] or [n]
    return min(divisors, key=lambda d: (abs(math.log(d / target)), d != n))


def sort_groups(column, groups):
    """Sorts each group of consecutive numbers, and returns the rows in that order.

    It sorts single integers, made of the number's bits and the row, in a tenth of the time that
    jnp.argsort takes.
    """
    with jax.enable_x64(True):
        bits = lax.bitcast_convert_type(column.reshape(groups, -1), np.int32)
        bits = bits ^ ((bits >> 31) & np.int32(0x7FFFFFFF))
        rows = lax.iota(np.int64, column.size).reshape(bits.shape)
        keys = lax.sort((bits.astype(np.int64) << np.int64(32)) | rows)
        return (keys & np.int64(0xFFFFFFFF)).astype(np.int32).reshape(-1)


def sorted_noise(key, keys):
    """Returns the rows of keys [n, dim] in order, [n], and their noise [n, dim]."""
    n, dim = keys.shape
    order, shares = jnp.arange(n, dtype=np.int32), []
    groups, size = 1, n
    widths = np.ones(dim, np.float32)
    for k in range(dim):
        if size == 1:
            shares.append(jnp.zeros((n, dim - k)))
            break
        order = order[sort_groups(keys[order, k], groups)]
        parts = divisor_near(size, size ** (1 / (dim - k)))
        part = jnp.arange(n, dtype=np.int32) // (size // parts) % parts
        shares.append(part[:, None] / parts)
        widths[k] = 1 / parts
        groups, size = groups * parts, size // parts
    place = jnp.concatenate(shares, -1) + widths * jax.random.uniform(key, keys.shape)
    return order, math.sqrt(2) * lax.erf_inv(jnp.clip(2 * place - 1, 2**-23 - 1, 1 - 2**-23))


def sorted_noise_given(key, keys, labels, classes):
    """Does the same within each class, for labels [n]."""
    n, dim = keys.shape
    noise = jax.random.normal(key, keys.shape)
    order = noise_order = jnp.arange(n, dtype=np.int32)
    numbers = labels.astype(np.float32)
    groups, size = 1, n

    def sort(order, column):
        for column in (column, numbers):  # Sorting by the class keeps the order within it.
            order = order[sort_groups(column[order], groups)]
        return order

    for k in range(dim):
        if size == 1:
            break
        order, noise_order = sort(order, keys[:, k]), sort(noise_order, noise[:, k])
        parts = divisor_near(size, classes * (size / classes) ** (1 / (dim - k)))
        groups, size, classes = groups * parts, size // parts, 1
    return order, noise[noise_order]


def deal(key, batches, arrays):
    """Distributes examples among batches, [n, …] to [batches, n/batches, …].

    Of any consecutive examples, as many as there are batches, each batch gets one.
    """
    count = len(arrays[0]) // batches
    begin = jax.random.randint(key, (1, count), 0, batches)
    place = (jnp.arange(batches)[:, None] + begin) % batches
    rows = jnp.arange(count) * batches + place
    return [array[rows] for array in arrays]
