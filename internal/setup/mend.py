"""Finds steps of the set-up whose results are missing or wrong, and has `make` do them again.

    python mend.py               # removes the stamps of such steps, and says why
    python mend.py --stamp STEP  # writes a stamp that says what the step tools or modules has left

Each step is checked by what it leaves in .local, whatever happened there: files that were deleted
or cut, a checkout that was moved, another Go, Python or environment.
"""

import concurrent.futures
import json
import os
import sys

import go_results
import kernel
import mnist
from kernel import LOCAL, ROOT
from python_results import check_python
from results import Wrong, compare, same, shown


def check_kernel(settings):
    """Checks the kernel's specification, scripts and links."""
    try:
        written = json.loads(kernel.SPECIFICATION.read_text())
    except (OSError, ValueError):
        raise Wrong(f"{shown(kernel.SPECIFICATION)} is missing or cut") from None
    if written["argv"] != kernel.command():
        raise Wrong(f"the kernel is that of {written['argv'][0]}")
    if "language_info" not in written["metadata"]:
        raise Wrong("the kernel's specification has no language")
    # The user's PATH and home may differ each time, and kernel.py adds the linker's flags.
    but = dict.fromkeys(("PATH", "GOENV", "GOFLAGS"), "")
    compare(written["env"] | but, kernel.environment(settings) | but)
    setup = ROOT / "internal/setup"
    for name in kernel.SCRIPTS:
        copy = LOCAL / "kernel-bin" / name
        same(setup / name, copy)
        if not os.access(copy, os.X_OK):
            raise Wrong(f"{shown(copy)} cannot be executed")
    same(setup / "jupyter_config.py", LOCAL / "jupyter/config/jupyter_config.py")
    for name in kernel.LINKS:
        if not (LOCAL / "module" / name).exists():
            raise Wrong(f".local/module/{name} is missing")


def check_mnist(settings):
    """Checks the files of MNIST."""
    if complaint := mnist.wrong(ROOT / "notebooks/data/mnist"):
        raise Wrong(complaint)


STEPS = {
    "python": check_python, "tools": go_results.check_tools, "modules": go_results.check_modules,
    "kernel": check_kernel, "mnist": check_mnist,
}
STAMPS = {"tools": go_results.tools, "modules": go_results.modules}


def main():
    settings = kernel.go_settings()
    if sys.argv[1:2] == ["--stamp"]:
        (step,) = sys.argv[2:]
        (LOCAL / step).write_text(json.dumps(STAMPS[step](settings), indent=1) + "\n")
        return
    with concurrent.futures.ThreadPoolExecutor() as pool:
        errors = list(pool.map(lambda check: error_of(check, settings), STEPS.values()))
    for step, error in zip(STEPS, errors):
        if error and (stamp := LOCAL / step).exists():
            print(f"Setting up again ({step}): {error}")
            stamp.unlink()


def error_of(check, settings):
    """Returns what is wrong. A check that fails itself has met something unexpected: wrong, too."""
    try:
        check(settings)
    except Wrong as error:
        return error
    except Exception as error:
        return f"{type(error).__name__}: {error}"


if __name__ == "__main__":
    main()
