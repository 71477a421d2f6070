"""Answers GET /samples?n=…&seed=… with points of one step in JSON, as examples/server does.

The network has the same size and random weights. The arguments are "torch" or "jax", and the port.
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

DIM, WIDTH, DEPTH = 2, 64, 4
SIZES = [DIM + 2, *[WIDTH] * DEPTH, DIM]


def torch_sampler():
    import torch
    from torch import nn

    pairs = [(nn.Linear(*SIZES[k : k + 2]), nn.GELU()) for k in range(DEPTH + 1)]
    layers = [layer for pair in pairs for layer in pair]
    network = nn.Sequential(*layers[:-1])

    @torch.inference_mode()
    def sample(n, seed):
        x = torch.randn(n, DIM, generator=torch.Generator().manual_seed(seed))
        t, r = torch.ones(n, 1), torch.zeros(n, 1)
        return (x - network(torch.cat([x, t, r], -1))).tolist()

    return sample, f"PyTorch {torch.__version__}"


def jax_sampler():
    from functools import partial

    import jax
    import jax.numpy as jnp

    keys = jax.random.split(jax.random.key(0), DEPTH + 1)
    weights = [
        (jax.random.normal(key, SIZES[k : k + 2]) / SIZES[k] ** 0.5, jnp.zeros(SIZES[k + 1]))
        for k, key in enumerate(keys)
    ]

    @partial(jax.jit, static_argnums=0)
    def compiled(n, seed):
        x = jax.random.normal(jax.random.key(seed), (n, DIM))
        h = jnp.concatenate([x, jnp.ones((n, 1)), jnp.zeros((n, 1))], -1)
        for k, (matrix, bias) in enumerate(weights):
            h = h @ matrix + bias
            h = jax.nn.gelu(h, approximate=False) if k < DEPTH else h
        return x - h

    return lambda n, seed: compiled(n, seed).tolist(), f"JAX {jax.__version__}"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # Keeps connections.
    disable_nagle_algorithm = True
    wbufsize = -1  # Sends header and body together.

    def do_GET(self):
        query = parse_qs(urlsplit(self.path).query)
        points = sample(int(query["n"][0]), int(query["seed"][0]))
        content = json.dumps({"columns": ["x1", "x2"], "data": points}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    request_queue_size = 256
    daemon_threads = True


sample, version = {"torch": torch_sampler, "jax": jax_sampler}[sys.argv[1]]()
server = Server(("127.0.0.1", int(sys.argv[2])), Handler)
print(f"{version}, Python {sys.version.split()[0]}", flush=True)
server.serve_forever()
