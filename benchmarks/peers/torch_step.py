"""Steps of training in PyTorch, eager, as the tutorial's original has them.

Reads cases from standard input, a JSON line each, and answers each with the milliseconds of a step.
"""

import json
import sys
import time

import torch
from torch import nn
from torch.func import jvp

DIM, DEPTH, BATCHES = 2, 4, 10


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
    u, dudt = jvp(network, ((1 - t) * data + t * noise, t, r), (velocity, torch.ones_like(t), torch.zeros_like(r)))
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


trainings = {}
for line in sys.stdin:
    case = json.loads(line)
    name = (case["objective"], case["width"], case["batch"])
    if name not in trainings:
        trainings.clear()
        objective = {"mean flow": mean_flow, "flow matching": flow_matching}[case["objective"]]
        trainings[name] = Training(objective, case["width"], case["batch"])
    training = trainings[name]
    training.epoch()
    start, epochs = time.perf_counter(), 0
    while time.perf_counter() - start < case["seconds"]:
        training.epoch()
        epochs += 1
    print(json.dumps({"milliseconds": (time.perf_counter() - start) / epochs / BATCHES * 1e3}), flush=True)
