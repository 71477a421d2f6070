"""Copies the kernel's specification to the kernels of the user's Jupyter, and says where."""

import json
import pathlib
import shutil
import sys

from jupyter_core.paths import jupyter_data_dir

from kernel import SPECIFICATION


def starts_ours(folder):
    """Returns whether a specification starts a kernel of a checkout of this repository."""
    try:
        argv = json.loads((folder / "kernel.json").read_text())["argv"]
    except (OSError, ValueError, KeyError):
        return False
    return bool(argv) and pathlib.Path(argv[0]).name == "start-kernel"


def install(kernels):
    """Copies the specification to a folder of kernels."""
    kernel = json.loads(SPECIFICATION.read_text())
    folder = kernels / "gonb"  # As the notebooks name it.
    if folder.exists() and not starts_ours(folder):
        print(f"{folder} is another kernel, and stays. In notebooks, choose Go (MeanFlow).")
        folder = kernels / "meanflow"
        kernel["display_name"] = "Go (MeanFlow)"
    folder.mkdir(parents=True, exist_ok=True)
    for logo in SPECIFICATION.parent.glob("logo-*"):
        shutil.copy(logo, folder)
    (folder / "kernel.json").write_text(json.dumps(kernel, indent=1) + "\n")
    print(f"Your Jupyter has the kernel now: {kernel['display_name']}, in {folder}.")
    print(f"It needs this folder where it is. rm -r '{folder}' removes the kernel.")


def main():
    try:
        install(pathlib.Path(jupyter_data_dir(), "kernels"))
    except OSError as error:
        return f"{error.filename} can't be written: {error.strerror}."


if __name__ == "__main__":
    sys.exit(main())
