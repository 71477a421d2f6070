"""Runs containers of the image for the tests.

CONTAINER_ENGINE is docker, podman or buildah; IMAGE is the image that `make docker` built. Buildah
cannot take a container off the network, so the Makefile runs the whole test without one.
"""

import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time
import unittest
import urllib.request

ENGINE, IMAGE = os.environ["CONTAINER_ENGINE"], os.environ["IMAGE"]
HUB_IMAGE = os.environ["HUB_IMAGE"]  # The same with JupyterHub, made by docker/hub.Dockerfile.
NOTEBOOKS = "/home/gopher/meanflow/notebooks"
PORT = 8888
OWNER = os.getuid() or 1000  # Root owns no notebooks.


class Container:
    """A container of the image, removed at the end of a `with`."""

    def __init__(self, volume=None, user=f"{OWNER}:{OWNER}", environment=(), options=(),
                 image=IMAGE):
        self.image = image
        self.options = ["--user", user, *options]
        for setting in environment:
            self.options += ["--env", setting]
        if volume:
            self.options += ["--volume", f"{volume}:{NOTEBOOKS}"]

    def __enter__(self):
        if ENGINE == "buildah":
            self.name = capture("buildah", "from", "--pull-never", self.image).strip()
        else:
            self.name = f"meanflow-test-{os.getpid()}"
        return self

    def __exit__(self, *_):
        subprocess.run(
            [ENGINE, "rm", *([] if ENGINE == "buildah" else ["--force"]), self.name],
            capture_output=True)

    def command(self, *command, options=()):
        if ENGINE == "buildah":  # Its run command ignores the image's entry point.
            return ["buildah", "run", "--network", "host", *self.options, self.name, "--",
                    *config()["Entrypoint"], *command]
        return [ENGINE, "run", "--rm", "--name", self.name, *options, *self.options,
                self.image, *command]

    def run(self, *command):
        """Runs a command without a network."""
        return subprocess.run(
            self.command(*command, options=["--network", "none"]),
            capture_output=True, text=True, timeout=1800
        )

    @contextlib.contextmanager
    def serving(self, *command, port=PORT, base="/"):
        """Runs a command, by default JupyterLab, until the end of a `with`.

        The command listens at a port of the container, and answers below a base URL.
        """
        log = tempfile.TemporaryFile("w+")
        command = self.command(
            *(command or ("jupyter", "lab")), options=["--publish", f"127.0.0.1:{port}:{port}"])
        server = subprocess.Popen(
            command, stdout=log, stderr=subprocess.STDOUT, text=True, start_new_session=True)
        try:
            for _ in range(600):
                with contextlib.suppress(OSError):
                    urllib.request.urlopen(f"http://127.0.0.1:{port}{base}api", timeout=1).close()
                    break
                if server.poll() is not None:
                    break
                time.sleep(0.1)
            yield server
        finally:
            started = time.monotonic()
            if ENGINE == "buildah":
                subprocess.run(["pkill", "--session", str(server.pid), "--exact", "tini"])
            else:
                subprocess.run([ENGINE, "stop", self.name], capture_output=True)
            server.wait(30)
            server.stopped_after = time.monotonic() - started
            log.seek(0)
            server.log = log.read()
            log.close()

    def healthy(self):
        """Returns whether the health check passes in a running container."""
        check = config()["Healthcheck"]["Test"][1:]
        enter = (
            ["buildah", "run", "--network", "host", *self.options, self.name, "--"]
            if ENGINE == "buildah" else [ENGINE, "exec", self.name])
        return subprocess.run([*enter, *check], capture_output=True).returncode == 0


def config():
    """Returns the image's configuration."""
    if ENGINE == "buildah":
        return json.loads(
            capture("buildah", "inspect", "--type", "image", IMAGE))["Docker"]["config"]
    return json.loads(capture(ENGINE, "image", "inspect", IMAGE))[0]["Config"]


def capture(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def folder(mode=0o755):
    """Creates an empty folder on the host, for a volume, that the container's user owns."""
    path = tempfile.mkdtemp(prefix="meanflow-volume-")
    unittest.addModuleCleanup(shutil.rmtree, path, ignore_errors=True)
    os.chmod(path, mode)
    if os.getuid() == 0:
        os.chown(path, OWNER, OWNER)
    return pathlib.Path(path)


def read(path):
    return json.loads(path.read_text())


def write_beginning(volume, name, *more):
    """Writes a notebook into a volume.

    It has the tutorial's cells up to the first picture. If more cells are given, it has the cells
    up to the imports, and then these.
    """
    with Container(volume) as container:
        container.run("true")  # The entry point copies the tutorial into the volume.
    book = read(volume / "mean_flow.ipynb")
    cells = [cell for cell in book["cells"] if cell["cell_type"] == "code"]
    last = next(i for i, cell in enumerate(cells) if ".Display()" in "".join(cell["source"]))
    imports = next(
        i for i, cell in enumerate(cells) if "".join(cell["source"]).startswith("import ("))
    if more:
        code = {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": []}
        book["cells"] = cells[: imports + 1] + [code | {"source": source} for source in more]
    else:
        book["cells"] = cells[: last + 1]
    for i, cell in enumerate(book["cells"]):
        cell |= {"outputs": [], "execution_count": None, "id": f"cell-{i}"}
    (volume / name).write_text(json.dumps(book))
    if os.getuid() == 0:
        os.chown(volume / name, OWNER, OWNER)


class ImageTest(unittest.TestCase):
    def check(self, result, text=""):
        """Checks that a command succeeded and printed a text."""
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertIn(text, result.stdout)

    def refused(self, result, *texts):
        """Checks that a command failed with a message, not with a stack trace."""
        self.assertNotEqual(result.returncode, 0, result.stdout + result.stderr)
        for text in texts:
            self.assertIn(text, result.stderr)
        self.assertNotIn("Traceback", result.stderr)
