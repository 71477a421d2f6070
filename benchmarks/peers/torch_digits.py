"""The cases of digits in PyTorch, as jax_digits.py has them in JAX: training steps of the residual
MLP and of the patch transformer, and sampling by both. check_networks.py compares the networks with
the package's.
"""

import gzip
import math

import torch
from torch import nn
from torch.func import jvp
from torch.nn.functional import gelu, layer_norm, one_hot, scaled_dot_product_attention

# Sizes that the cases share, as in jax_digits.py.
CODE_DIM, CODES, CLASSES, BLOCKS, PAIRS, TOTAL = 16, 60_000, 10, 3, 3, 10_000_000
SIDE, PATCH, HEADS, TRANSFORMER_BLOCKS = 28, 4, 4, 4
GRID, PIXELS = SIDE // PATCH, PATCH * PATCH
CHUNKS = {CODE_DIM: 1000, SIDE * SIDE: 50}  # Points that are sampled together, by dimension.
MNIST = "notebooks/data/mnist/train-images-idx3-ubyte.gz"


def zero_linear(width):
    layer = nn.Linear(width, width)
    nn.init.zeros_(layer.weight)
    nn.init.zeros_(layer.bias)
    return layer


class Modulated(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.scale, self.shift = zero_linear(width), zero_linear(width)

    def modulated(self, c, h):
        return layer_norm(h, h.shape[-1:], eps=1e-6) * (1 + self.scale(c)) + self.shift(c)


class Perceptron(Modulated):
    def __init__(self, width, hidden):
        super().__init__(width)
        self.inner, self.outer = nn.Linear(width, hidden), nn.Linear(hidden, width)
        self.gate = zero_linear(width)

    def forward(self, c, h):
        return h + self.gate(c) * self.outer(gelu(self.inner(self.modulated(c, h))))


class Attention(Modulated):
    def __init__(self, width):
        super().__init__(width)
        self.query, self.key = nn.Linear(width, width), nn.Linear(width, width)
        self.value, self.outer = nn.Linear(width, width), nn.Linear(width, width)
        self.gate = zero_linear(width)

    def forward(self, c, h):
        inputs = self.modulated(c, h)
        query, key, value = (
            layer(inputs).unflatten(-1, (HEADS, -1)).transpose(1, 2)
            for layer in (self.query, self.key, self.value))
        if torch.is_grad_enabled():  # The fused attention has no forward derivative.
            scores = query @ key.transpose(2, 3) * query.shape[-1] ** -0.5
            attended = torch.softmax(scores, -1) @ value
        else:
            attended = scaled_dot_product_attention(query, key, value)
        return h + self.gate(c) * self.outer(attended.transpose(1, 2).flatten(2))


class Conditioned(nn.Module):
    """What both networks have before and after the blocks, for points of inputs numbers."""

    def __init__(self, width, inputs):
        super().__init__()
        self.conditioning = nn.Linear(2 + 4 * PAIRS + CLASSES, width)
        self.input, self.output = nn.Linear(inputs, width), nn.Linear(width, inputs)
        self.last = Modulated(width)
        self.register_buffer("frequencies", math.pi * 2.0 ** torch.arange(PAIRS))

    def features(self, t, r, label):
        times = torch.cat([t, t - r], -1)
        angles = times[..., None] * self.frequencies
        waves = torch.stack([torch.sin(angles), torch.cos(angles)], -1).flatten(1)
        classes = one_hot(label, CLASSES + 1)[:, 1:]  # Zeros for label 0.
        return gelu(self.conditioning(torch.cat([times, waves, classes], -1)))


class ResidualMLP(Conditioned):
    def __init__(self, width):
        super().__init__(width, CODE_DIM)
        self.block = nn.ModuleList(Perceptron(width, width) for _ in range(BLOCKS))

    def forward(self, x, t, r, label):
        c, h = self.features(t, r, label), self.input(x)
        for block in self.block:
            h = block(c, h)
        return self.output(self.last.modulated(c, h))


class PatchTransformer(Conditioned):
    def __init__(self, width):
        super().__init__(width, PIXELS)
        self.block = nn.ModuleList(
            nn.ModuleDict({"attention": Attention(width), "mlp": Perceptron(width, 4 * width)})
            for _ in range(TRANSFORMER_BLOCKS))
        quarter = width // 4
        angles = torch.arange(GRID)[:, None] * 10_000.0 ** (-torch.arange(quarter) / quarter)
        waves = torch.cat([torch.sin(angles), torch.cos(angles)], -1)
        rows, columns = waves.repeat_interleave(GRID, 0), waves.repeat(GRID, 1)
        self.register_buffer("positions", torch.cat([columns, rows], -1))

    def forward(self, x, t, r, label):
        c = self.features(t, r, label)[:, None]
        patches = x.reshape(-1, GRID, PATCH, GRID, PATCH).transpose(2, 3)
        h = self.input(patches.reshape(-1, GRID**2, PIXELS)) + self.positions
        for block in self.block:
            h = block["mlp"](c, block["attention"](c, h))
        patches = self.output(self.last.modulated(c, h))
        return patches.reshape(-1, GRID, GRID, PATCH, PATCH).transpose(2, 3).reshape(x.shape)


NETWORKS = {"codes": ResidualMLP, "transformer": PatchTransformer}


def mean_flow(network, data, labels):
    n, noise = len(data), torch.randn_like(data)
    times = torch.sigmoid(1.6 * torch.randn(n, 2))
    t, r = times.amax(-1, keepdim=True), times.amin(-1, keepdim=True)
    r = torch.where(torch.rand(n, 1) < 0.5, t, r)
    labels = torch.where(torch.rand(n) < 0.1, 0, labels)
    velocity = noise - data
    u, dudt = jvp(
        lambda x, t, r: network(x, t, r, labels), ((1 - t) * data + t * noise, t, r),
        (velocity, torch.ones_like(t), torch.zeros_like(r)))
    squares = torch.sum((u - (velocity - (t - r) * dudt).detach()) ** 2, -1)
    return torch.mean(((squares + 1e-3) ** -0.75).detach() * squares)


def learning_rate(progress):
    rest = max((progress - 0.05) / 0.95, 0)
    return 0.003 * ((1 + math.cos(math.pi * rest)) / 2 if progress >= 0.05 else progress / 0.05)


class Training:
    def __init__(self, case, batches, prepare):
        """prepare is what is done to the loss: nothing, or torch.compile."""
        self.batch, self.batches, self.count = case["batch"], batches, 0
        self.loss, self.network = prepare(mean_flow), NETWORKS[case["work"]](case["width"])
        self.weights = list(self.network.parameters())
        self.average = [weight.detach().clone() for weight in self.weights]
        self.adam = torch.optim.Adam(self.weights, lr=0.003, foreach=True)
        self.labels = 1 + torch.arange(CODES) % CLASSES
        if case["work"] == "codes":
            self.data = torch.randn(CODES, CODE_DIM)
        else:
            with gzip.open(MNIST) as file:
                pixels = torch.frombuffer(bytearray(file.read()), dtype=torch.uint8, offset=16)
            self.data = pixels.reshape(-1, SIDE * SIDE)

    def step(self):
        chosen = torch.randint(len(self.data), (self.batch,))
        points = self.data[chosen]
        if points.dtype == torch.uint8:
            points = points / 127.5 - 1
        self.adam.zero_grad()
        loss = self.loss(self.network, points, self.labels[chosen])
        loss.backward()
        nn.utils.clip_grad_norm_(self.weights, 1.0)
        self.adam.param_groups[0]["lr"] = learning_rate(self.count / TOTAL)
        self.adam.step()
        self.count += 1
        with torch.no_grad():
            torch._foreach_lerp_(self.average, self.weights, 0.001 / (1 - 0.999**self.count))
        return loss.item()

    def epoch(self):
        return sum(self.step() for _ in range(self.batches)) / self.batches


def new_sampling(case):
    """Returns a function that samples digits of class 1."""
    kind, dim = {
        "sampled codes": (ResidualMLP, CODE_DIM), "sampled pixels": (PatchTransformer, SIDE * SIDE),
    }[case["work"]]
    network, points, steps = kind(case["width"]), case["points"], case["steps"]
    label = torch.ones(1, dtype=torch.long)

    @torch.no_grad()
    def sample():
        noise = torch.randn(points, dim)
        for x in noise.split(CHUNKS[dim]):
            for i in range(steps):
                t, r = (torch.full((1, 1), 1 - k / steps) for k in (i, i + 1))
                x -= (t - r) * network(x, t, r, label)
        return noise.numpy()

    return sample
