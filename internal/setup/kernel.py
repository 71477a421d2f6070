"""Writes the kernel's specification.

Cells find this module in whatever folder the kernel starts, and everything in .local, under any
Jupyter that has .local/jupyter/data in its JUPYTER_PATH: the specification has all that GoNB and Go
need. Cells link faster, and a cell that runs before its declarations says so (internal/setup/go).
What the kernel reports about its language is kept in the specification too: notebooks that state
the same open without a change to save.
"""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
LOCAL = (ROOT / ".local").resolve()  # Worktrees can share it by a symbolic link.
SPECIFICATION = LOCAL / "jupyter/data/kernels/gonb/kernel.json"
LINKS = ("go.mod", "go.sum", "datasets", "meanflow", "plotting")
# The scripts that the kernel runs from .local/kernel-bin, so that a PATH can lead to one of them.
SCRIPTS = ("go", "start-kernel")
# Settings of Go by which it finds what the set-up has compiled, whatever Jupyter's environment
# says.
GO_SETTINGS = (
    "CC", "CXX", "CGO_CFLAGS", "CGO_CPPFLAGS", "CGO_CXXFLAGS", "CGO_ENABLED", "CGO_LDFLAGS",
    "GO111MODULE", "GOARCH", "GOCACHE", "GOENV", "GOEXPERIMENT", "GOMODCACHE", "GOOS", "GOPATH",
    "GOROOT", "GOTOOLCHAIN",
)
# Settings that Make exports (Makefile).
EXPORTED = (
    "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "PJRT_PLUGIN_LIBRARY_PATH", "GOMLX_NO_AUTO_INSTALL",
    "XLA_FLAGS",
)
# A Unix socket's path has at most 103 bytes on macOS, and GoNB's begins with the folder for
# temporary files and 34 bytes: /XXXXXX/gonb_12345678/gopls_socket.
LONGEST_FOLDER = 69


def go(*arguments):
    """Runs a go command in the repository."""
    return subprocess.run(["go", *arguments], cwd=ROOT, capture_output=True, text=True)


def go_settings():
    """Returns Go's settings and its version."""
    return json.loads(go("env", "-json", "GOVERSION", *GO_SETTINGS).stdout)


def runs_programs(folder):
    """Returns whether the folder can be written and is not mounted without execution."""
    try:
        with tempfile.TemporaryDirectory(dir=folder) as inside:
            program = pathlib.Path(inside, "program")
            program.write_text("#!/bin/sh\n")
            program.chmod(0o700)
            return subprocess.run([program]).returncode == 0
    except OSError:
        return False


def temporary_folder():
    """Returns where kernels keep temporary files: in .local, unless its path is too long."""
    inside = LOCAL / "tmp"
    if len(os.fsencode(inside)) > LONGEST_FOLDER and runs_programs("/tmp"):
        return "/tmp"
    return str(inside)


def environment(settings):
    """Returns the kernel's environment, without GOFLAGS."""
    # Jupyter may start where neither Go nor the C compiler is on the PATH.
    found = [shutil.which(program) for program in ("go", settings["CC"].split()[0])]
    path = [LOCAL / "kernel-bin", LOCAL / "bin", pathlib.Path(settings["GOROOT"], "bin"), "${PATH}"]
    path += [pathlib.Path(program).parent for program in found if program]
    values = {name: settings[name] for name in GO_SETTINGS}
    values |= {name: os.environ[name] for name in EXPORTED if name in os.environ}
    if (certificates := LOCAL / "certificates.pem").exists():
        values["SSL_CERT_FILE"] = str(certificates)
    values |= {"GOWORK": "", "GOBIN": "", "GOTMPDIR": "", "TMPDIR": temporary_folder()}
    # Jupyter replaces variables in the values: $$ stands for $.
    values = {name: value.replace("$", "$$") for name, value in values.items()}
    values["PATH"] = os.pathsep.join(
        entry if entry == "${PATH}" else str(entry).replace("$", "$$") for entry in path
    )
    return values


def command():
    """Returns the command that starts the kernel."""
    return [str(LOCAL / "kernel-bin/start-kernel"), "{connection_file}"]


def link_module():
    """Makes a folder with the module's packages for cells.

    GoNB tells gopls of every Go file below the folder of a module, and below what absolute links
    lead to. With Go's module cache in .local, completion would never answer. So cells find the
    packages by relative links in a folder of its own.
    """
    module = LOCAL / "module"
    shutil.rmtree(module, ignore_errors=True)
    module.mkdir()
    for name in LINKS:
        (module / name).symlink_to(f"../../{name}")


def copy_scripts():
    """Copies the scripts that the kernel runs."""
    folder = LOCAL / "kernel-bin"
    folder.mkdir(exist_ok=True)
    for name in SCRIPTS:
        shutil.copy(ROOT / "internal/setup" / name, folder)
        (folder / name).chmod(0o755)


def linker():
    """Returns flags for the linker, which every run of a cell calls.

    Go's own linker takes half the time of the system's, but cannot link the C code that calls XLA
    on every platform.
    """
    flags = "-ldflags=-s -w -linkmode=internal"
    if go("test", "-c", "-o", os.devnull, flags, "./meanflow/backend").returncode == 0:
        return flags
    return "-ldflags=-s -w"


def language():
    """Starts the kernel and returns what it reports about its language."""
    from jupyter_client.manager import start_new_kernel

    manager, client = start_new_kernel(kernel_name="gonb", cwd=str(LOCAL), startup_timeout=60)
    try:
        return client.kernel_info(reply=True, timeout=60)["content"]["language_info"]
    finally:
        client.stop_channels()
        manager.shutdown_kernel()


def write():
    """Writes the specification, beside the logo that GoNB has installed."""
    copy_scripts()
    link_module()
    (LOCAL / "tmp").mkdir(exist_ok=True)
    kernel = json.loads(SPECIFICATION.read_text())
    kernel["argv"] = command()
    kernel["env"] = environment(go_settings()) | {"GOFLAGS": f"-buildvcs=false '{linker()}'"}
    SPECIFICATION.write_text(json.dumps(kernel, indent=1) + "\n")
    kernel["metadata"] = {"language_info": language()}
    SPECIFICATION.write_text(json.dumps(kernel, indent=1) + "\n")


if __name__ == "__main__":
    write()
