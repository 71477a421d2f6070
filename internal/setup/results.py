"""What checks of the set-up's results have in common."""

import json
import subprocess

from kernel import LOCAL, ROOT


class Wrong(Exception):
    """Says what is wrong with the results of a step."""


def run(*command, **options):
    """Runs a command and returns its output and status."""
    return subprocess.run(command, capture_output=True, text=True, **options)


def stamp_of(step):
    """Returns what a step's stamp says."""
    try:
        return json.loads((LOCAL / step).read_text())
    except (OSError, ValueError):
        raise Wrong("another version of the set-up did it") from None


def shown(path):
    """Returns a path relative to the repository, or as it is where it lies elsewhere."""
    return path.relative_to(ROOT) if ROOT in path.parents else path


def compare(was, now):
    """Checks that settings are as they were."""
    for name in sorted({*was, *now}):
        if was.get(name) != now.get(name):
            raise Wrong(f"{name} was {was.get(name) or 'empty'}, now {now.get(name) or 'empty'}")


def same(source, copy):
    """Checks that a copy is like its source."""
    if not copy.is_file():
        raise Wrong(f"{shown(copy)} is missing")
    if copy.read_bytes() != source.read_bytes():
        raise Wrong(f"{shown(copy)} is not like {shown(source)}")
