"""Reads the models in the folder safetensors with PyTorch and with JAX, generates points with them,
and writes changed models that Go reads.

    pip install torch==2.15.0 jax==0.10.2 safetensors==0.8.0 && python safetensors_peers.py

Go wrote mlp.safetensors and residual_mlp.safetensors (TestSafetensorsPeers with the flag
write-models). This script writes two models with other weights beside each of them, one from
PyTorch and one from JAX, and peers.json: noise, and the points that each model makes of it in one
step. Both libraries compute in float64, so that the points are exact for the package's, which are
float32.
"""

import json
import math
import pathlib
from types import SimpleNamespace

import jax
import safetensors
import safetensors.flax
import safetensors.torch
import torch

POINTS = 6

jax.config.update("jax_enable_x64", True)
torch.set_default_dtype(torch.float64)
torch.manual_seed(20260103)

PYTORCH = SimpleNamespace(
    name="torch", load=safetensors.torch.load_file, save=safetensors.torch.save_file,
    double=lambda x: x.double(), single=lambda x: x.float(), array=torch.tensor, full=torch.full,
    concatenate=lambda arrays: torch.cat(arrays, dim=1), sin=torch.sin, cos=torch.cos,
    gelu=torch.nn.functional.gelu,
    normalise=lambda h: torch.nn.functional.layer_norm(h, h.shape[1:], eps=1e-6),
    noise_like=lambda k, x: torch.randn(x.shape),
)
JAX = SimpleNamespace(
    name="jax", load=safetensors.flax.load_file, save=safetensors.flax.save_file,
    double=lambda x: x.astype("float64"), single=lambda x: x.astype("float32"),
    array=jax.numpy.array, full=jax.numpy.full,
    concatenate=lambda arrays: jax.numpy.concatenate(arrays, axis=1),
    sin=jax.numpy.sin, cos=jax.numpy.cos, gelu=lambda x: jax.nn.gelu(x, approximate=False),
    normalise=lambda h: jax.nn.standardize(h, axis=1, epsilon=1e-6),
    noise_like=lambda k, x: jax.random.normal(jax.random.key(k), x.shape),
)


def linear(weights, name, x):
    return x @ weights[name + "/weights"] + weights[name + "/biases"]


def time_features(lib, times, pairs):
    features = list(times)
    for time in times:
        for k in range(pairs):
            features += [lib.sin(2**k * math.pi * time), lib.cos(2**k * math.pi * time)]
    return features


def mlp(lib, parameters, weights, x, t, r, one_hot):
    times = {"": [t, r], "t,t-r": [t, t - r], "t-r": [t - r]}[parameters.get("Times", "")]
    features = time_features(lib, times, parameters.get("Frequencies", 0))
    h = lib.concatenate([x, *features, *one_hot])
    for layer in range(parameters["Depth"]):
        h = lib.gelu(linear(weights, f"hidden_{layer}", h))
    return linear(weights, "output", h)


def residual_mlp(lib, parameters, weights, x, t, r, one_hot):
    features = time_features(lib, [t, t - r], 3)
    c = lib.gelu(linear(weights, "conditioning", lib.concatenate([*features, *one_hot])))

    def modulated(name, h):
        scale, shift = linear(weights, name + "/scale", c), linear(weights, name + "/shift", c)
        return lib.normalise(h) * (1 + scale) + shift

    h = linear(weights, "input", x)
    for k in range(parameters["Blocks"]):
        name = f"block_{k}"
        inner = lib.gelu(linear(weights, name + "/inner", modulated(name, h)))
        h = h + linear(weights, name + "/gate", c) * linear(weights, name + "/outer", inner)
    return linear(weights, "output", modulated("last", h))


def one_step(lib, model, weights, noise, chosen):
    """noise - u(noise, 1, 0), for a class from 1, or for 0 without conditions."""
    weights = {name: lib.double(value) for name, value in weights.items()}
    network, classes = model["network"], model.get("classes", 0)
    assert network["parameters"]["Activation"] == "gelu"
    build = {"mlp": mlp, "residual_mlp": residual_mlp}[network["kind"]]
    x, n = lib.array(noise), len(noise)
    one_hot = [lib.full((n, 1), float(k == chosen)) for k in range(1, classes + 1)]
    t, r = lib.full((n, 1), 1.0), lib.full((n, 1), 0.0)
    return x - build(lib, network["parameters"], weights, x, t, r, one_hot)


def metadata_of(path):
    with safetensors.safe_open(path, "np") as file:
        return file.metadata()


folder = pathlib.Path(__file__).with_name("safetensors")
result = []
for name in ("mlp", "residual_mlp"):
    path = folder / f"{name}.safetensors"
    metadata = metadata_of(path)
    model = json.loads(metadata["meanflow"])["model"]
    paths = {"go": path}
    for lib in (PYTORCH, JAX):
        weights, paths[lib.name] = lib.load(path), folder / f"{name}_{lib.name}.safetensors"
        changed = {name: lib.single(lib.double(value) + 0.2 * lib.noise_like(k, value))
                   for k, (name, value) in enumerate(sorted(weights.items()))}
        lib.save(changed, paths[lib.name], metadata)
    noise = torch.randn(POINTS, model["dim"]).float().tolist()
    for path in paths.values():
        for chosen in range(model.get("classes", 0) + 1):
            points = {lib.name: one_step(lib, model, lib.load(path), noise, chosen).tolist()
                      for lib in (PYTORCH, JAX)}
            result.append({"file": path.name, "class": chosen, "noise": noise, "points": points})
(folder / "peers.json").write_text(json.dumps(result) + "\n")
