"""Runs the benchmark's cases in PyTorch: in eager mode, as the tutorial's original does, or with a
compiled loss if the argument is "compiled". Sampling works on chunks that fit in the caches.

Reads one case per line of standard input (JSON, see ../cases.go) and writes one answer per line.
"""

import json
import sys
import time

import torch
import torch_digits
from torch import nn
from torch.func import jvp

DIM, DEPTH, BATCHES, CHUNK = 2, 4, 10, 10_000
COMPILED = sys.argv[1:] == ["compiled"]


class Network(nn.Module):
    def __init__(self, width):
        super().__init__()
        layers = [nn.Linear(DIM + 2, width), nn.GELU()]
        for _ in range(DEPTH - 1):
            layers += [nn.Linear(width, width), nn.GELU()]
        self.layers = nn.Sequential(*layers, nn.Linear(width, DIM))

    def forward(self, x, t, r):
        return self.layers(torch.cat([x, t, r], -1))


def checkerboard(n):
    x, y = 4 * torch.rand(n, 1), 2 * torch.rand(n, 1)
    column = torch.floor(x)
    y = y + torch.floor(y) + column - 2 * torch.floor(column / 2)
    return torch.cat([x, y], -1) * 0.75 - 1.5


def mean_flow(network, n):
    data, noise, times = checkerboard(n), torch.randn(n, DIM), torch.rand(n, 2)
    t, r = times.amax(-1, keepdim=True), times.amin(-1, keepdim=True)
    velocity = noise - data
    tangents = velocity, torch.ones_like(t), torch.zeros_like(r)
    u, dudt = jvp(network, ((1 - t) * data + t * noise, t, r), tangents)
    return nn.functional.mse_loss(u, (velocity - (t - r) * dudt).detach())


def flow_matching(network, n):
    data, noise, t = checkerboard(n), torch.randn(n, DIM), torch.rand(n, 1)
    return nn.functional.mse_loss(network((1 - t) * data + t * noise, t, t), noise - data)


class Training:
    def __init__(self, loss, width, batch):
        self.loss, self.batch, self.network = loss, batch, Network(width)
        self.adam = torch.optim.Adam(self.network.parameters(), lr=0.003)

    def epoch(self):
        total = 0.0
        for _ in range(BATCHES):
            self.adam.zero_grad()
            loss = self.loss(self.network, self.batch)
            loss.backward()
            self.adam.step()
            total += loss.item()
        return total / BATCHES


@torch.no_grad()
def integrate(network, points, steps):
    noise = torch.randn(points, DIM)
    for x in noise.split(CHUNK):
        for i in range(steps):
            t, r = (torch.full((len(x), 1), 1 - k / steps) for k in (i, i + 1))
            x -= (t - r) * network(x, t, r)
    return noise.numpy()


def new_training(case):
    if case["work"] in torch_digits.NETWORKS:
        return torch_digits.Training(case, BATCHES, torch.compile if COMPILED else lambda f: f)
    loss = {"mean flow": mean_flow, "flow matching": flow_matching}[case["objective"]]
    return Training(torch.compile(loss) if COMPILED else loss, case["width"], case["batch"])


# The training of the current case. That of the previous case is dropped to free memory.
current = {}


def train(case):
    name = json.dumps(case)
    if name not in current:
        current.clear()
        current[name] = new_training(case)
    training = current[name]
    training.epoch()
    start, epochs = time.perf_counter(), 0
    while time.perf_counter() - start < case["seconds"]:
        training.epoch()
        epochs += 1
    return (time.perf_counter() - start) / epochs / BATCHES * 1e3


def new_sampling(case):
    if case["work"] != "sampling":
        return torch_digits.new_sampling(case)
    network = Network(case["width"])
    return lambda: integrate(network, case["points"], case["steps"])


def sample(case):
    call = new_sampling(case)
    call()
    start, calls = time.perf_counter(), 0
    while calls == 0 or time.perf_counter() - start < case["seconds"]:
        call()
        calls += 1
    return (time.perf_counter() - start) / calls * 1e3


def start(case):
    training = new_training(case)
    for _ in range(1 if case["work"] == "begin" else 100):
        training.epoch()
    return 0


def memory(case):
    integrate(Network(case["width"]), case["points"], case["steps"])
    return 0


works = {
    "training": train, "sampling": sample, "start": start, "begin": start, "memory": memory,
    "codes": train, "transformer": train, "sampled codes": sample, "sampled pixels": sample,
}
version = f"PyTorch {torch.__version__}, Python {sys.version.split()[0]}"
print(json.dumps({"version": version}), flush=True)
for line in sys.stdin:
    case = json.loads(line)
    print(json.dumps({"value": works[case["work"]](case)}), flush=True)
