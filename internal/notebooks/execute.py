"""Executes a notebook through its Jupyter kernel and writes it with its outputs.

    python execute.py notebook.ipynb --output executed.ipynb [--directory folder]
        [--figures folder] [--set name=value …] [--joined]

--set changes a constant of the cell tagged "parameters", for a shorter run. --joined makes one cell
of all code, which compiles and links one program instead of one for each cell. --figures writes the
picture of each cell tagged "figure:name" to name.png in a folder. The notebook runs in its own
folder, or in the one that --directory names. Fails if a cell fails.
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
            assignment = rf"^(\s*{re.escape(name)}\s*=\s*).*$"
            cell.source, replaced = re.subn(
                assignment, lambda m: m[1] + value, cell.source, flags=re.MULTILINE
            )
            if replaced == 1:
                return
    sys.exit(f'no cell tagged "parameters" sets {name}')


def join(notebook):
    """Makes one cell of all code: the declarations, then in order what the cells run, in blocks."""
    declarations, blocks = [], []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            declared, _, run = cell.source.partition("%%\n")
            declarations.append(declared + "\n")
            blocks.append("{\n" + run + "\n}\n")
    source = "".join(declarations) + "%%\n" + "".join(blocks)
    notebook.cells = [nbformat.v4.new_code_cell(source)]


def write_figures(notebook, folder):
    """Writes the picture of each cell tagged "figure:name" to name.png."""
    for cell in notebook.cells:
        for tag in cell.metadata.get("tags", []):
            if tag.startswith("figure:"):
                data = [output.get("data", {}) for output in cell.outputs]
                (picture,) = [entry["image/png"] for entry in data if "image/png" in entry]
                path = folder / f"{tag.removeprefix('figure:')}.png"
                folder.mkdir(parents=True, exist_ok=True)
                path.write_bytes(base64.b64decode(picture))


def drop_twins(notebook):
    """Drops the HTML of pictures that are there as PNG: readers of the file need only one."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}):
                output.data.pop("text/html", None)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebook", type=pathlib.Path)
    parser.add_argument("--output", type=pathlib.Path, required=True)
    parser.add_argument("--directory", type=pathlib.Path)
    parser.add_argument("--figures", type=pathlib.Path)
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--joined", action="store_true")
    arguments = parser.parse_args()

    notebook = nbformat.read(arguments.notebook, as_version=4)
    for parameter in arguments.set:
        set_parameter(notebook, *parameter.split("=", 1))
    if arguments.joined:
        join(notebook)
    client = NotebookClient(
        notebook,
        timeout=3600,
        coalesce_streams=True,  # Otherwise each update of a progress bar is an output.
        record_timing=False,
        resources={"metadata": {"path": str(arguments.directory or arguments.notebook.parent)}},
    )
    try:
        client.execute()
    except CellExecutionError as failure:
        sys.exit(f"{arguments.notebook}: {failure}")
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
    # GoNB leaves the lexer's name empty, and nbconvert would then highlight Python.
    language = notebook.metadata.language_info
    notebook.metadata.language_info = {name: value for name, value in language.items() if value}
    drop_twins(notebook)
    nbformat.write(notebook, arguments.output)
    if arguments.figures:
        write_figures(notebook, arguments.figures)


main()
