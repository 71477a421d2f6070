"""Adds environment variables to the kernel's specification.

They let the kernel find everything in .local, under any Jupyter that has .local/jupyter/data in
its JUPYTER_PATH, and make cells link faster.
"""

import json
import os
import pathlib
import subprocess

root = pathlib.Path(__file__).resolve().parents[2]
local = root / ".local"


def go(*arguments):
    """Runs a go command in the repository."""
    return subprocess.run(["go", *arguments], cwd=root, capture_output=True, text=True)


# Every run of a cell links a program. Go's own linker takes half the time of the system's, but
# cannot link the C code that calls XLA on every platform.
linker = "-ldflags=-s -w -linkmode=internal"
if go("test", "-c", "-o", os.devnull, linker, "./meanflow/backend").returncode != 0:
    linker = "-ldflags=-s -w"

spec = local / "jupyter/data/kernels/gonb/kernel.json"
kernel = json.loads(spec.read_text())
kernel["env"] = {
    name: os.environ[name]
    for name in ("GOMODCACHE", "GOCACHE", "GOENV", "GOEXPERIMENT", "XDG_CONFIG_HOME",
                 "XDG_CACHE_HOME", "PJRT_PLUGIN_LIBRARY_PATH", "XLA_FLAGS")
    if name in os.environ
}
kernel["env"]["GOFLAGS"] = f"{go('env', 'GOFLAGS').stdout.strip()} '{linker}'".lstrip()
kernel["env"]["PATH"] = f"{local}/bin:${{PATH}}"
spec.write_text(json.dumps(kernel, indent=1) + "\n")
