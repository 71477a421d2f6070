"""Writes into the kernel's specification what it needs to find everything in .local, so that it works
under any Jupyter that is told of it (JUPYTER_PATH=.local/jupyter/data)."""

import json
import os
import pathlib

local = pathlib.Path(__file__).resolve().parents[2] / ".local"
spec = local / "jupyter/data/kernels/gonb/kernel.json"
kernel = json.loads(spec.read_text())
kernel["env"] = {
    name: os.environ[name]
    for name in ("GOMODCACHE", "GOCACHE", "GOENV", "XDG_CONFIG_HOME", "XDG_CACHE_HOME",
                 "PJRT_PLUGIN_LIBRARY_PATH")
    if name in os.environ
}
kernel["env"]["PATH"] = f"{local}/bin:${{PATH}}"
spec.write_text(json.dumps(kernel, indent=1) + "\n")
