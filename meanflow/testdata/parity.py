"""Writes parity.json: what PyTorch makes of the tutorial's losses on a small network.

    pip install torch==2.15.0 && python parity.py

Weights and inputs are float32 numbers. PyTorch computes with them in float64, so that its results
are exact for the package's, which are float32.
"""

import json
import pathlib

import torch
from torch.func import jvp

WIDTH, DEPTH, BATCH, DIM = 16, 4, 12, 2

torch.manual_seed(20260101)
torch.set_default_dtype(torch.float64)


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        sizes = [DIM + 2] + [WIDTH] * DEPTH
        self.hidden = torch.nn.ModuleList(torch.nn.Linear(a, b) for a, b in zip(sizes, sizes[1:]))
        self.output = torch.nn.Linear(WIDTH, DIM)

    def forward(self, x, t, r):
        h = torch.cat([x, t, r], dim=1)
        for layer in self.hidden:
            h = torch.nn.functional.gelu(layer(h))
        return self.output(h)


def single(tensor):
    """The nearest float32 numbers, in float64."""
    return tensor.detach().to(torch.float32).to(torch.float64)


net = Net()
with torch.no_grad():
    for parameter in net.parameters():
        parameter.copy_(single(parameter))

data, noise = single(1.5 * torch.rand(BATCH, DIM) - 0.5), single(torch.randn(BATCH, DIM))
times = single(torch.rand(BATCH, 2))
t, r = times.max(dim=1, keepdim=True).values, times.min(dim=1, keepdim=True).values
x = (1 - t) * data + t * noise
velocity = noise - data


def gradients(loss):
    net.zero_grad()
    loss.backward()
    # [outputs, inputs] here is [inputs, outputs] in the package.
    return {name: p.grad.T.tolist() for name, p in net.named_parameters()}


u, dudt = jvp(net, (x, t, r), (velocity, torch.ones_like(t), torch.zeros_like(r)))
mean_flow = torch.nn.functional.mse_loss(u, (velocity - (t - r) * dudt).detach())
mean_flow_gradients = gradients(mean_flow)
flow_matching = torch.nn.functional.mse_loss(net(x, t, t), velocity)
flow_matching_gradients = gradients(flow_matching)


def solution(points, begin, to):
    """SoFlow's solution function: the point at a time that the flow reaches from points."""
    return points + (to - begin) * net(points, begin, to)


# SoFlow's loss of consistency between t and l, which is at a share of the way from t to r.
SHARE, POWER, OFFSET = 0.02, 1, 0.01
middle = t + (r - t) * SHARE
with torch.no_grad():
    target = solution(x + (middle - t) * velocity, middle, r)
squares = (solution(x, t, r) - target).pow(2).mean(dim=1, keepdim=True)
quotients = squares.detach() / (t - middle).pow(2)
weights = (quotients + OFFSET).pow(-POWER) / ((t - middle) * (t - r))
soflow = (weights * squares).mean()
soflow_gradients = gradients(soflow)

result = {
    "width": WIDTH,
    "depth": DEPTH,
    "weights": {name: p.detach().T.tolist() for name, p in net.named_parameters()},
    "data": data.tolist(),
    "noise": noise.tolist(),
    "t": t.tolist(),
    "r": r.tolist(),
    "u": u.tolist(),
    "dudt": dudt.tolist(),
    "mean flow": {"loss": mean_flow.item(), "gradients": mean_flow_gradients},
    "flow matching": {"loss": flow_matching.item(), "gradients": flow_matching_gradients},
    "soflow": {"loss": soflow.item(), "gradients": soflow_gradients},
}
path = pathlib.Path(__file__).with_name("parity.json")
path.write_text(json.dumps(result) + "\n")
