"""Completes the kernel's specification.

Cells find this module in whatever folder the kernel starts, and everything in .local, under any
Jupyter that has .local/jupyter/data in its JUPYTER_PATH. They link faster, and a cell that runs
before its declarations says so (internal/setup/go). What the kernel reports about its language is
kept in the specification too: notebooks that state the same open without a change to save.
"""

import json
import os
import pathlib
import shutil
import subprocess

from jupyter_client.manager import start_new_kernel

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

in_front = local / "kernel-bin"
in_front.mkdir(exist_ok=True)
shutil.copy(root / "internal/setup/go", in_front)
os.chmod(in_front / "go", 0o755)
# Jupyter may start where Go is not on the PATH. A manager of Go's versions may move GOROOT.
goroot = pathlib.Path(go("env", "GOROOT").stdout.strip()) / "bin"
path = [in_front, local / "bin", goroot, "${PATH}", pathlib.Path(shutil.which("go")).parent]

# GoNB tells gopls of every Go file below the folder of a module, and below what absolute links lead
# to. With Go's module cache in .local, completion would never answer. So cells find the module's
# packages by relative links in a folder of its own.
module = local / "module"
shutil.rmtree(module, ignore_errors=True)
module.mkdir()
for name in ("go.mod", "go.sum", "datasets", "meanflow", "plotting"):
    (module / name).symlink_to(f"../../{name}")

spec = local / "jupyter/data/kernels/gonb/kernel.json"
kernel = json.loads(spec.read_text())
kernel["argv"] = [
    f"-go_work={module}" if argument.startswith("-go_work=") else argument
    for argument in kernel["argv"]
]
kernel["env"] = {
    name: os.environ[name]
    for name in ("GOMODCACHE", "GOCACHE", "GOENV", "GOEXPERIMENT", "XDG_CONFIG_HOME",
                 "XDG_CACHE_HOME", "PJRT_PLUGIN_LIBRARY_PATH", "XLA_FLAGS")
    if name in os.environ
}
# A workspace refuses -mod=mod, and exported settings may switch workspaces off.
flags = [flag for flag in go("env", "GOFLAGS").stdout.split() if not flag.startswith("-mod=")]
kernel["env"]["GOFLAGS"] = " ".join([*flags, f"'{linker}'"])
kernel["env"] |= {"GOWORK": "", "GO111MODULE": ""}
kernel["env"]["PATH"] = os.pathsep.join(map(str, path))
spec.write_text(json.dumps(kernel, indent=1) + "\n")

manager, client = start_new_kernel(kernel_name="gonb", cwd=str(local))
try:
    reply = client.kernel_info(reply=True, timeout=60)
finally:
    client.stop_channels()
    manager.shutdown_kernel()
kernel["metadata"] = {"language_info": reply["content"]["language_info"]}
spec.write_text(json.dumps(kernel, indent=1) + "\n")
