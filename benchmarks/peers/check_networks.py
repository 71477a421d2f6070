"""Writes ../testdata/networks.json: the number of parameters of the networks that the cases of
digits have in PyTorch and in JAX, and what they compute with weights and inputs that a formula
gives. TestPeersHaveTheSameNetworks compares them with the package's.

    .local/bench-peers/bin/python benchmarks/peers/check_networks.py
"""

import json
import math
import pathlib

import jax
import jax_digits
import numpy as np
import torch
import torch_digits

N, WIDTH = 2, 16


def waves(first, count):
    """count numbers sin(1.7·k) for k = first, first + 1, …"""
    return np.sin(1.7 * np.arange(first, first + count))


def fill(shapes):
    """Weights by name: 0.3·sin(1.7·k), where k counts all numbers in the order of the names."""
    weights, count = {}, 0
    for name in sorted(shapes):
        size = math.prod(shapes[name])
        weights[name] = 0.3 * waves(count, size).reshape(shapes[name])
        count += size
    return weights, count


def inputs(dim):
    x, t = waves(0, N * dim).reshape(N, dim), 1 - 0.1 * np.arange(N)[:, None]
    return x, t, t * 0.4, np.arange(N)  # The labels are 0, 1, ….


def torch_names(network):
    """The parameters by the package's names, [inputs, outputs]."""
    names = {"weight": "weights", "bias": "biases"}
    found = {}
    for name, parameter in network.named_parameters():
        *path, last = name.replace("block.", "block_").split(".")
        found["/".join([*path, names[last]])] = parameter.mT if parameter.dim() == 2 else parameter
    return found


def in_torch(kind, width):
    network = torch_digits.NETWORKS[kind](width)
    parameters = torch_names(network)
    weights, count = fill({name: tuple(p.shape) for name, p in parameters.items()})
    with torch.no_grad():
        for name, parameter in parameters.items():
            parameter.copy_(torch.tensor(weights[name]))
    dim = {"codes": torch_digits.CODE_DIM, "transformer": torch_digits.SIDE**2}[kind]
    *points, label = inputs(dim)
    return count, network(*(torch.tensor(p).float() for p in points), torch.tensor(label)).tolist()


def jax_names(tree, path=()):
    """The parameters by the package's names."""
    if isinstance(tree, tuple):
        return {"/".join([*path, name]): p for name, p in zip(("weights", "biases"), tree)}
    parts = {}
    for name, part in tree.items():
        if name == "blocks":
            parts |= {f"block_{k}": block for k, block in enumerate(part)}
        else:
            parts[name] = part
    found = {}
    for name, part in parts.items():
        found |= jax_names(part, (*path, name))
    return found


def in_jax(kind, width):
    make, network, dim = {
        "codes": (
            jax_digits.residual_mlp_weights, jax_digits.residual_mlp, jax_digits.CODE_DIM),
        "transformer": (
            jax_digits.transformer_weights, jax_digits.patch_transformer, jax_digits.SIDE**2),
    }[kind]
    tree = make(jax_digits.keys_from(0), width)
    parameters = jax_names(tree)
    weights, count = fill({name: p.shape for name, p in parameters.items()})
    names = {id(p): name for name, p in parameters.items()}
    filled = jax.tree.map(lambda p: weights[names[id(p)]].astype(np.float32), tree)
    *points, label = inputs(dim)
    return count, network(filled, *(p.astype(np.float32) for p in points), label).tolist()


result = {}
for kind in ("codes", "transformer"):
    for peer, compute in {"PyTorch": in_torch, "JAX": in_jax}.items():
        count, output = compute(kind, WIDTH)
        rounded = [[float(f"{value:.7g}") for value in row] for row in output]
        result.setdefault(kind, {})[peer] = {"parameters": count, "output": rounded}
path = pathlib.Path(__file__).parents[1] / "testdata" / "networks.json"
path.write_text(json.dumps(result, separators=(",", ":")) + "\n")
