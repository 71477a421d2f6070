"""Writes parity_drifting.json: what PyTorch makes of the loss of Drifting and of its gradient.

    pip install torch==2.15.0 && python parity_drifting.py

As in parity.py, inputs are float32 numbers, and PyTorch computes in float64. The field of each
class is computed from the points of that class alone, by algorithm 2 of arXiv 2602.04770.
"""

import json
import math
import pathlib

import torch

torch.manual_seed(20260103)
torch.set_default_dtype(torch.float64)


def single(tensor):
    """The nearest float32 numbers, in float64."""
    return tensor.to(torch.float32).to(torch.float64)


def compute_v(x, y_pos, temperature):
    """Algorithm 2 with x as the negative points."""
    dist_pos, dist_neg = torch.cdist(x, y_pos), torch.cdist(x, x)
    dist_neg = dist_neg + torch.eye(len(x)) * 1e6
    logits = torch.cat([-dist_pos, -dist_neg], dim=1) / temperature
    a = (torch.softmax(logits, dim=1) * torch.softmax(logits, dim=0)).sqrt()
    a_pos, a_neg = a[:, : len(y_pos)], a[:, len(y_pos) :]
    w_pos = a_pos * a_neg.sum(dim=1, keepdim=True)
    w_neg = a_neg * a_pos.sum(dim=1, keepdim=True)
    return w_pos @ y_pos - w_neg @ x


def case(batch, dim, temperatures, classes):
    data, noise = single(1.5 * torch.rand(batch, dim) - 0.5), single(torch.randn(batch, dim))
    w = single(0.3 * torch.rand(batch, dim) + 0.2).requires_grad_()
    samples = noise - w * (1 + noise + 2 * 1 + 3 * 0)  # u = w·(1 + x + 2t + 3r) at t = 1, r = 0.
    groups = [[i for i in range(batch) if classes[i] == c] for c in sorted(set(classes))]
    with torch.no_grad():
        distances = []  # Appendix A.6: the mean distance of pairs is √dim after the division.
        for rows in groups:
            between = torch.cdist(samples[rows], samples[rows])
            distances += [d for i, row in enumerate(between) for j, d in enumerate(row) if i != j]
            distances += list(torch.cdist(samples[rows], data[rows]).flatten())
        unit = sum(distances) / len(distances) / math.sqrt(dim)
        field = torch.zeros(batch, dim)
        for temperature in temperatures:
            v = torch.zeros(batch, dim)
            for rows in groups:
                v[rows] = compute_v(
                    samples[rows] / unit, data[rows] / unit, temperature * math.sqrt(dim)
                )
            field += v / v.square().mean().sqrt()
    loss = torch.nn.functional.mse_loss(samples / unit, (samples / unit + field).detach())
    loss.backward()
    return {
        "temperatures": temperatures,
        "data": data.tolist(),
        "noise": noise.tolist(),
        "class": [[c] for c in classes],
        "w": w.tolist(),
        "loss": loss.item(),
        "gradient": w.grad.tolist(),
    }


cases = [
    case(16, 2, [0.02, 0.05, 0.2], [0] * 16),
    case(9, 3, [0.3], [0] * 9),
    case(12, 2, [0.1, 0.4], [1, 2, 0, 2, 1, 0, 0, 1, 2, 2, 1, 3]),
]
path = pathlib.Path(__file__).with_name("parity_drifting.json")
path.write_text(json.dumps(cases) + "\n")
