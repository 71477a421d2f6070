"""Executes a notebook through its Jupyter kernel and writes it with its outputs.

    python execute.py notebook.ipynb --output executed.ipynb [--figures folder] [--set name=value …]

--set gives a constant of the cell tagged "parameters" another value, for a shorter run. --figures writes the
picture of a cell tagged "figure:name" to name.png in a folder. The notebook is run in its own folder, or in
the one that --directory names. Fails if a cell fails.
"""

import argparse
import base64
import pathlib
import re
import sys

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError


def set_parameter(notebook, name, value):
    """Replaces "name = …" in the cell tagged "parameters"."""
    for cell in notebook.cells:
        if "parameters" in cell.metadata.get("tags", []):
            cell.source, replaced = re.subn(
                rf"^(\s*{re.escape(name)}\s*=\s*).*$", lambda m: m[1] + value, cell.source, flags=re.MULTILINE
            )
            if replaced == 1:
                return
    sys.exit(f'no cell tagged "parameters" sets {name}')


def write_figures(notebook, folder):
    """Writes the pictures of the cells with a tag "figure:name" to name.png."""
    for cell in notebook.cells:
        for tag in cell.metadata.get("tags", []):
            if tag.startswith("figure:"):
                (picture,) = [o.data["image/png"] for o in cell.outputs if "image/png" in o.get("data", {})]
                folder.mkdir(parents=True, exist_ok=True)
                (folder / f"{tag.removeprefix('figure:')}.png").write_bytes(base64.b64decode(picture))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebook", type=pathlib.Path)
    parser.add_argument("--output", type=pathlib.Path, required=True)
    parser.add_argument("--directory", type=pathlib.Path)
    parser.add_argument("--figures", type=pathlib.Path)
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    arguments = parser.parse_args()

    notebook = nbformat.read(arguments.notebook, as_version=4)
    for parameter in arguments.set:
        set_parameter(notebook, *parameter.split("=", 1))
    client = NotebookClient(
        notebook,
        timeout=3600,
        coalesce_streams=True,  # Else each update of a progress bar is an output of its own.
        record_timing=False,
        resources={"metadata": {"path": str(arguments.directory or arguments.notebook.parent)}},
    )
    try:
        client.execute()
    except CellExecutionError as failure:
        sys.exit(f"{arguments.notebook}: {failure}")
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
    # GoNB names the language but leaves its lexer's name empty, which nbconvert would take for Python's.
    about = notebook.metadata.language_info
    notebook.metadata.language_info = {name: value for name, value in about.items() if value}
    nbformat.write(notebook, arguments.output)
    if arguments.figures:
        write_figures(notebook, arguments.figures)


main()
