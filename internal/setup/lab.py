"""Makes working copies of notebooks and their data, for JupyterLab.

    python lab.py source folder [--fresh] [--how TEXT]

Copies source/*.ipynb and source/data, with its subfolders, to the folder. What the user changed
there stays; what the user did not change follows the source. If both have changed, a line says so,
and how (--how) to get the new one. --fresh brings every copy back to the source and keeps what the
user changed beside it, as name-1.ipynb.

JupyterLab trusts the copies, so it shows their HTML before anything has run. They open without a
change to save, and their pictures have alternative texts.
"""

import argparse
import hashlib
import html
import json
import pathlib
import struct
import sys
from base64 import b64decode

import nbformat
from jupyter_client.kernelspec import KernelSpecManager
from nbformat.sign import NotebookNotary


def text_with_picture(encoded, metadata):
    """Returns HTML that shows a PNG with its alternative text, which JupyterLab leaves out."""
    (pixels,) = struct.unpack(">I", b64decode(encoded)[16:20])  # The width, in the PNG's header.
    return (
        f'<img alt="{html.escape(metadata["alt"])}" width="{metadata.get("width", pixels)}" '
        'style="max-width:100%;height:auto;background:white" '
        f'src="data:image/png;base64,{"".join(encoded.split())}">'
    )


def working_copy(path):
    """Returns a notebook as JupyterLab would save it, with alternative texts."""
    notebook = nbformat.read(path, as_version=4)
    kernel = KernelSpecManager().get_kernel_spec("gonb")
    notebook.metadata.kernelspec = {
        "display_name": kernel.display_name, "language": kernel.language, "name": "gonb",
    }
    notebook.metadata.language_info = kernel.metadata["language_info"]
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            metadata = output.get("metadata", {}).get("image/png", {})
            data = output.get("data", {})
            if "image/png" in data and "text/html" not in data and metadata.get("alt"):
                data["text/html"] = text_with_picture(data["image/png"], metadata)
    return notebook


def hash_of(content):
    return hashlib.sha256(content).hexdigest()


def free_name(path):
    """Returns a path name-1, name-2 … that does not exist yet."""
    number = 1
    while (free := path.with_stem(f"{path.stem}-{number}")).exists():
        number += 1
    return free


class Copies:
    """The copies in a folder, and what they were when they were made."""

    def __init__(self, folder):
        self.folder = folder
        self.list = folder / ".copies.json"
        try:
            self.made = json.loads(self.list.read_text())
        except (OSError, ValueError):  # Then all copies count as the user's.
            self.made = {}

    def update(self, source, path, fresh, how):
        """Copies a file of the source to the folder, unless the user changed the copy."""
        name = path.relative_to(source).as_posix()
        copy = self.folder / name
        original = path.read_bytes()
        content = original
        if path.suffix == ".ipynb":
            notebook = working_copy(path)
            content = (nbformat.writes(notebook) + "\n").encode()
        made = self.made.get(name, {})
        present = copy.read_bytes() if copy.exists() else None
        changed = present not in (None, content, original) and hash_of(present) != made.get("copy")
        if changed and not fresh:
            if made.get("source") != hash_of(original):
                print(f"{copy} has your changes, and there is a newer version: {how}.")
            return
        if changed:
            kept = free_name(copy)
            copy.rename(kept)
            print(f"Your changed {copy} is now {kept}.")
        if present != content:
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(content)
        if path.suffix == ".ipynb":
            NotebookNotary().sign(notebook)
        now = {"source": hash_of(original), "copy": hash_of(content)}
        if made != now:
            self.made[name] = now
            beside = self.list.with_suffix(".new")
            beside.write_text(json.dumps(self.made, indent=1) + "\n")
            beside.replace(self.list)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--fresh", action="store_true")
    parser.add_argument("--how", default="make fresh gets it, and keeps yours under another name")
    arguments = parser.parse_args()
    copies = Copies(arguments.folder)
    patterns = ("data/[!.]*", "data/[!.]*/[!.]*")
    data = [
        path for pattern in patterns for path in arguments.source.glob(pattern) if path.is_file()
    ]
    for path in sorted([*arguments.source.glob("*.ipynb"), *data]):
        try:
            copies.update(arguments.source, path, arguments.fresh, arguments.how)
        except OSError as error:  # For instance another user's file, in a volume.
            print(f"{error.filename or path} stays as it is: {error.strerror}.")


if __name__ == "__main__":
    sys.exit(main())
