"""Writes parity_residual_mlp.json and parity_patch_transformer.json: what PyTorch makes of mean
flow on these networks with classes, condition values and guidance scales.

    pip install torch==2.15.0 && python parity_networks.py

As in parity.py, weights and inputs are float32 numbers, and PyTorch computes in float64. All
weights are random, including those that begin at zero in the package.
"""

import json
import math
import pathlib

import torch
from torch import nn
from torch.func import jvp
from torch.nn.functional import gelu, layer_norm, mse_loss, one_hot

BATCH, CLASSES, VALUES, TIME_PAIRS = 6, 2, 1, 3
FEATURES = 2 * (1 + 2 * TIME_PAIRS) + CLASSES + VALUES + 2

torch.manual_seed(20260102)
torch.set_default_dtype(torch.float64)


class Modulated(nn.Module):
    """norm(h)·(1 + scale(c)) + shift(c)."""

    def __init__(self, width):
        super().__init__()
        self.scale, self.shift = nn.Linear(width, width), nn.Linear(width, width)

    def modulated(self, h, c):
        return layer_norm(h, h.shape[-1:], eps=1e-6) * (1 + self.scale(c)) + self.shift(c)


class Perceptron(Modulated):
    def __init__(self, width, hidden):
        super().__init__(width)
        self.gate = nn.Linear(width, width)
        self.inner, self.outer = nn.Linear(width, hidden), nn.Linear(hidden, width)

    def forward(self, h, c):
        return h + self.gate(c) * self.outer(gelu(self.inner(self.modulated(h, c))))


class Attention(Modulated):
    def __init__(self, width, heads):
        super().__init__(width)
        self.heads, self.gate = heads, nn.Linear(width, width)
        self.query, self.key = nn.Linear(width, width), nn.Linear(width, width)
        self.value, self.outer = nn.Linear(width, width), nn.Linear(width, width)

    def forward(self, h, c):
        normed, heads = self.modulated(h, c), []
        layers = (self.query, self.key, self.value)
        for q, k, v in zip(*(layer(normed).chunk(self.heads, dim=2) for layer in layers)):
            scores = q @ k.transpose(1, 2) / math.sqrt(q.shape[2])
            heads.append(torch.softmax(scores, dim=2) @ v)
        return h + self.gate(c) * self.outer(torch.cat(heads, dim=2))


class Conditioned(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conditioning = nn.Linear(FEATURES, width)

    def features(self, t, r):
        features = [t, t - r]
        for time in (t, t - r):
            for k in range(TIME_PAIRS):
                features += [torch.sin(2**k * math.pi * time), torch.cos(2**k * math.pi * time)]
        # Class 0 stands for none.
        features += [one_hot(classes[:, 0], CLASSES + 1)[:, 1:], values, conditioned]
        features.append(torch.log(guidance))
        return gelu(self.conditioning(torch.cat(features, dim=1)))


class ResidualMLP(Conditioned):
    dim, kind, parameters_of_kind = 3, "residual_mlp", {"Width": 8, "Blocks": 2}

    def __init__(self):
        width = self.parameters_of_kind["Width"]
        super().__init__(width)
        self.input, self.output = nn.Linear(self.dim, width), nn.Linear(width, self.dim)
        self.block = nn.ModuleList(
            Perceptron(width, width) for _ in range(self.parameters_of_kind["Blocks"]))
        self.last = Modulated(width)

    def forward(self, x, t, r):
        h, c = self.input(x), self.features(t, r)
        for block in self.block:
            h = block(h, c)
        return self.output(self.last.modulated(h, c))


class PatchTransformer(Conditioned):
    height, width, channels, patch = 4, 6, 2, 2
    dim, kind = height * width * channels, "patch_transformer"
    parameters_of_kind = {
        "Image": {"Height": height, "Width": width, "Channels": channels},
        "Patch": patch, "Width": 8, "Heads": 2, "Blocks": 1,
    }

    def __init__(self):
        width, pixels = self.parameters_of_kind["Width"], self.patch**2 * self.channels
        super().__init__(width)
        self.input, self.output = nn.Linear(pixels, width), nn.Linear(width, pixels)
        self.block = nn.ModuleList(
            nn.ModuleDict({"attention": Attention(width, 2), "mlp": Perceptron(width, 4 * width)})
            for _ in range(self.parameters_of_kind["Blocks"]))
        self.last = Modulated(width)
        # Positions: half of the features for the column, half for the row.
        frequencies = 10_000 ** (-torch.arange(width // 4) / (width // 4))
        columns = torch.arange(self.width // self.patch).repeat(self.height // self.patch)
        rows = torch.arange(self.height // self.patch)
        rows = rows.repeat_interleave(self.width // self.patch)
        angles = [torch.outer(position, frequencies) for position in (columns * 1.0, rows * 1.0)]
        self.positions = torch.cat([f(a) for a in angles for f in (torch.sin, torch.cos)], dim=1)

    def forward(self, x, t, r):
        p, columns = self.patch, self.width // self.patch
        images = x.reshape(-1, self.height, self.width, self.channels)
        patches = [
            images[:, row:row + p, column:column + p].flatten(1)
            for row in range(0, self.height, p) for column in range(0, self.width, p)
        ]
        h = self.input(torch.stack(patches, dim=1)) + self.positions
        c = self.features(t, r)[:, None]
        for block in self.block:
            h = block["mlp"](block["attention"](h, c), c)
        output = self.output(self.last.modulated(h, c)).unflatten(2, (p, p, self.channels))
        rows = [
            torch.cat(output[:, first:first + columns].unbind(1), dim=2)
            for first in range(0, output.shape[1], columns)
        ]
        return torch.cat(rows, dim=1).flatten(1)


def single(tensor):
    """The nearest float32 numbers, in float64."""
    return tensor.detach().to(torch.float32).to(torch.float64)


def rounded(tensor, digits):
    """Nested lists of numbers with the given significant digits. 9 determine a float32 number."""
    if tensor.dim() == 0:
        return float(f"{tensor.item():.{digits}g}")
    return [rounded(element, digits) for element in tensor]


times = single(torch.rand(BATCH, 2))
t, r = times.max(dim=1, keepdim=True).values, times.min(dim=1, keepdim=True).values
classes = torch.arange(BATCH)[:, None] % (CLASSES + 1)
conditioned = (classes > 0) * 1.0
values = single(torch.randn(BATCH, VALUES)) * conditioned
guidance = single(1 + torch.rand(BATCH, 1))

for network in (ResidualMLP(), PatchTransformer()):
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.copy_(single(parameter))
    data, noise = (single(torch.randn(BATCH, network.dim)) for _ in range(2))
    velocity = noise - data
    u, dudt = jvp(
        network, ((1 - t) * data + t * noise, t, r),
        (velocity, torch.ones_like(t), torch.zeros_like(r)))
    loss = mse_loss(u, (velocity - (t - r) * dudt).detach())
    loss.backward()
    weights = dict(network.named_parameters())
    result = {
        "network": {"kind": network.kind, "parameters": network.parameters_of_kind},
        # [outputs, inputs] here is [inputs, outputs] in the package.
        "weights": {name: rounded(p.detach().T, 9) for name, p in weights.items()},
        "data": rounded(data, 9), "noise": rounded(noise, 9),
        "t": rounded(t, 9), "r": rounded(r, 9),
        "class": classes.tolist(), "classes": CLASSES, "values": rounded(values, 9),
        "conditioned": rounded(conditioned, 9), "guidance": rounded(guidance, 9),
        "u": rounded(u, 10), "dudt": rounded(dudt, 10),
        "mean flow": {
            "loss": loss.item(),
            "gradients": {name: rounded(p.grad.T, 10) for name, p in weights.items()},
        },
    }
    path = pathlib.Path(__file__).with_name(f"parity_{network.kind}.json")
    path.write_text(json.dumps(result, separators=(",", ":")) + "\n")
