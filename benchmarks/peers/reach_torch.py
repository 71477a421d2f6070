"""A contestant of "time to quality" (../reach) in PyTorch: trains by the tutorial's recipe, in
eager mode, or with a compiled loss if the last argument is "compiled".

The first argument is a job (JSON, see ../reach/job.go). For each number of training steps that it
reads, it trains until then, writes samples in one step and answers with the number.
"""

import json
import sys

import numpy as np
import torch
from torch import nn
from torch.func import jvp

WIDTH, BATCH = 64, 2048


class Network(nn.Module):
    def __init__(self, dim):
        super().__init__()
        layers = [nn.Linear(dim + 2, WIDTH), nn.GELU()]
        for _ in range(3):
            layers += [nn.Linear(WIDTH, WIDTH), nn.GELU()]
        self.layers = nn.Sequential(*layers, nn.Linear(WIDTH, dim))

    def forward(self, x, t, r):
        return self.layers(torch.cat([x, t, r], -1))


def checkerboard(n):
    x, y = 4 * torch.rand(n, 1), 2 * torch.rand(n, 1)
    column = torch.floor(x)
    y = y + torch.floor(y) + column - 2 * torch.floor(column / 2)
    return torch.cat([x, y], -1) * 0.75 - 1.5


def draw_data(rows, n):
    """Draws n of the rows, or points of a checkerboard if rows is None."""
    if rows is None:
        return checkerboard(n)
    return rows[torch.randint(len(rows), (n,))]


def mean_flow(network, rows):
    data, times = draw_data(rows, BATCH), torch.rand(BATCH, 2)
    noise = torch.randn(data.shape)
    t, r = times.amax(-1, keepdim=True), times.amin(-1, keepdim=True)
    velocity = noise - data
    tangents = velocity, torch.ones_like(t), torch.zeros_like(r)
    u, dudt = jvp(network, ((1 - t) * data + t * noise, t, r), tangents)
    return nn.functional.mse_loss(u, (velocity - (t - r) * dudt).detach())


@torch.no_grad()
def sample(network, dim, n):
    noise, t = torch.randn(n, dim), torch.ones(n, 1)
    return (noise - network(noise, t, 0 * t)).double().numpy()


def main(job, compiled):
    torch.manual_seed(job["seed"])
    rows = torch.from_numpy(np.load(job["data"])).float() if job["data"] else None
    network = Network(job["dim"])
    adam = torch.optim.Adam(network.parameters(), lr=0.003)
    loss = torch.compile(mean_flow) if compiled else mean_flow
    steps = 0
    for line in sys.stdin:
        while steps < int(line):
            adam.zero_grad()
            loss(network, rows).backward()
            adam.step()
            steps += 1
        np.save(job["out"], sample(network, job["dim"], job["samples"]))
        print(steps, flush=True)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]), sys.argv[2:] == ["compiled"])
