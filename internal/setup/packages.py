"""Compares the Python packages of the environment that runs it with requirements.txt.

    .local/venv/bin/python packages.py requirements.txt [package to leave out …]

Prints what is wrong first: a version, or a file that is missing or cut. Nothing if all is right.
"""

import csv
import os
import pathlib
import sys
import sysconfig

from pip._vendor.packaging.markers import Marker


def required(text):
    """Returns the versions that requirements.txt names for this platform, by package."""
    versions = {}
    for line in text.splitlines():
        requirement, _, marker = line.rstrip("\\ ").partition(" ; ")
        name, equals, version = requirement.partition("==")
        if equals and name[:1].isalnum() and (not marker or Marker(marker).evaluate()):
            versions[normal(name)] = version
    return versions


def normal(name):
    """Returns a package's name as its folder has it (PEP 503, with underscores)."""
    return name.lower().replace("-", "_").replace(".", "_")


def installed(site):
    """Returns the folders of metadata of the installed packages, by package and version."""
    folders = {}
    for folder in site.glob("*.dist-info"):
        name, _, version = folder.name.removesuffix(".dist-info").rpartition("-")
        folders[normal(name), version] = folder
    return folders


def damaged(site, folder):
    """Returns the first file of a package that is missing or has another size, or None."""
    try:
        with open(folder / "RECORD", newline="", encoding="utf-8") as record:
            for name, _, size in csv.reader(record):
                # Compiled files come and go, and programs begin with the path of the environment.
                if name.endswith(".pyc"):
                    continue
                found = os.stat(os.path.join(site, name)).st_size
                if size and found != int(size) and not name.startswith("../"):
                    return f"{name} has {found} bytes, not {size}"
    except OSError as error:
        return f"{os.path.relpath(error.filename, site)} is missing"


def wrong(requirements, left_out):
    """Returns what is wrong with the environment, or None."""
    if sys.prefix == sys.base_prefix:
        return "pyvenv.cfg is missing"
    site = pathlib.Path(sysconfig.get_path("purelib"))
    folders = installed(site)
    for name, version in required(requirements).items():
        if name in left_out:
            continue
        if (name, version) not in folders:
            return f"{name} {version} is missing"
        if damage := damaged(site, folders[name, version]):
            return damage


if __name__ == "__main__":
    if complaint := wrong(pathlib.Path(sys.argv[1]).read_text(), sys.argv[2:]):
        print(complaint)
