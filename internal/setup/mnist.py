"""Copies the files of MNIST from a module to a folder.

    python mnist.py module folder

The files are those that Y. LeCun, C. Cortes and C. Burges published: their SHA-256 is compared.
"""

import hashlib
import pathlib
import sys

FILES = {
    "train-images-idx3-ubyte.gz":
        "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    "train-labels-idx1-ubyte.gz":
        "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    "t10k-images-idx3-ubyte.gz":
        "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    "t10k-labels-idx1-ubyte.gz":
        "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
}


def wrong(folder):
    """Returns which file in the folder is missing or has another content, or None."""
    for name, expected in FILES.items():
        path = folder / name
        if not path.is_file():
            return f"{folder.name}/{name} is missing"
        if hashlib.sha256(path.read_bytes()).hexdigest() != expected:
            return f"{folder.name}/{name} has changed"


def main():
    module, folder = (pathlib.Path(argument) for argument in sys.argv[1:])
    folder.mkdir(parents=True, exist_ok=True)
    for name, expected in FILES.items():
        source = module / "data" / name
        try:
            content = source.read_bytes()
        except OSError as error:
            return f"MNIST: {source} can't be read: {error.strerror}"
        if (found := hashlib.sha256(content).hexdigest()) != expected:
            return (
                f"MNIST: {source} has the SHA-256 {found}, it must be {expected}: remove its "
                "module, and run make setup again"
            )
        beside = folder / f".{name}.new"
        beside.write_bytes(content)
        beside.replace(folder / name)


if __name__ == "__main__":
    sys.exit(main())
