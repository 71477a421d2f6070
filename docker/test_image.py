"""Tests the image as its users meet it: `make docker-test`.

CONTAINER_ENGINE is docker, podman or buildah; IMAGE is the image that `make docker` built. Buildah
cannot take a container off the network, so the Makefile runs the whole test without one.
"""

import base64
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

from playwright.sync_api import sync_playwright

ENGINE, IMAGE = os.environ["CONTAINER_ENGINE"], os.environ["IMAGE"]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
NOTEBOOKS = "/home/gopher/meanflow/notebooks"
PORT = 8888
TOKEN = "a-token-for-this-test"
OWNER = os.getuid() or 1000  # Root owns no notebooks.


class Container:
    """A container of the image, removed at the end of a `with`."""

    def __init__(self, volume=None, user=f"{OWNER}:{OWNER}", environment=(), options=()):
        self.options = ["--user", user, *options]
        for setting in environment:
            self.options += ["--env", setting]
        if volume:
            self.options += ["--volume", f"{volume}:{NOTEBOOKS}"]

    def __enter__(self):
        if ENGINE == "buildah":
            self.name = capture("buildah", "from", "--pull-never", IMAGE).strip()
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
                IMAGE, *command]

    def run(self, *command):
        """Runs a command without a network."""
        return subprocess.run(
            self.command(*command, options=["--network", "none"]),
            capture_output=True, text=True, timeout=1800
        )

    @contextlib.contextmanager
    def serving(self):
        """Runs JupyterLab until the end of a `with`."""
        log = tempfile.TemporaryFile("w+")
        command = self.command("jupyter", "lab", options=["--publish", f"127.0.0.1:{PORT}:8888"])
        server = subprocess.Popen(
            command, stdout=log, stderr=subprocess.STDOUT, text=True, start_new_session=True)
        try:
            for _ in range(300):
                with contextlib.suppress(OSError):
                    urllib.request.urlopen(f"http://127.0.0.1:{PORT}/api", timeout=1).close()
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
            ["buildah", "run", "--network", "host", self.name, "--"] if ENGINE == "buildah"
            else [ENGINE, "exec", self.name])
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


@contextlib.contextmanager
def browser():
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                  "--disable-sync", "--disable-background-networking",
                  "--disable-component-update"],
        )
        yield chromium.new_page(viewport={"width": 1366, "height": 2400})
        chromium.close()


def run_all(page, notebook):
    """Opens a notebook in JupyterLab and runs it until there is a picture."""
    page.goto(f"http://127.0.0.1:{PORT}/lab/tree/{notebook}?token={TOKEN}")
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for(timeout=60_000)
    for _ in range(300):  # The kernel starts.
        with urllib.request.urlopen(
                f"http://127.0.0.1:{PORT}/api/sessions?token={TOKEN}") as answer:
            if any(session["kernel"]["execution_state"] == "idle" for session in json.load(answer)):
                break
        time.sleep(0.2)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.locator(".jp-OutputArea img").first.wait_for(timeout=120_000)


class TestImage(unittest.TestCase):
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

    def test_kernel(self):
        with Container() as container:
            result = container.run("jupyter", "kernelspec", "list", "--json")
            self.check(result)
            self.assertIn("gonb", json.loads(result.stdout)["kernelspecs"])
            for tool in ("gonb", "goimports", "gopls", "go", "gcc"):
                self.check(container.run("which", tool))

    def test_licences(self):
        with Container() as container:
            result = container.run(
                "sh", "-c",
                "find . /usr/local/go /usr/share/doc -iname 'LICEN[CS]E*' -o -name copyright")
            self.check(result)
            for part in ("./LICENSE", "gomlx/gomlx", "lammps_jax_pjrt_cpu", "jupyterlab-",
                         "golang.org/x/tools/gopls", "/usr/local/go/LICENSE",
                         "/usr/share/doc/gcc", "/usr/share/doc/python3"):
                self.assertIn(part, result.stdout)

    def test_nothing_left_in_a_layer(self):
        with Container() as container:
            result = container.run(
                "sh", "-c",
                "ls -A /var/lib/apt/lists /var/cache/apt/archives /root/.cache"
                " /home/gopher/.cache 2>/dev/null;"
                " find / -xdev -name '*.deb' -o -xdev -name '*.whl' -path '*cache*'"
                " -o -xdev -name '*.zip' -path '*/mod/cache/*' 2>/dev/null; true")
            self.check(result)
            left = [line for line in result.stdout.split()
                    if not line.endswith(":") and line not in ("lock", "partial")]
            self.assertEqual(left, [])

    def test_tutorial_without_network_then_its_checkpoint_in_another_container(self):
        volume = folder()
        with Container(volume) as container:
            self.check(container.run("sh", "-c", "! grep -v -e lo: -e '|' /proc/net/dev"))
            self.check(container.run(
                "python", "internal/notebooks/execute.py", "notebooks/mean_flow.ipynb",
                "--output", "notebooks/executed.ipynb",
                "--set", "size=post", "--set", "seeds=int64(1)"))
        book, pictures = read(volume / "executed.ipynb"), 0
        for cell in book["cells"]:
            for output in cell.get("outputs", []):
                self.assertNotEqual(output["output_type"], "error")
                self.assertNotEqual(output.get("name"), "stderr", output)
                if "image/png" in output.get("data", {}):
                    self.assertEqual(base64.b64decode(output["data"]["image/png"])[:4], b"\x89PNG")
                    pictures += 1
        printed = "".join(
            "".join(o.get("text", [])) for c in book["cells"] for o in c.get("outputs", []))
        self.assertIn("The engine: xla", printed)
        committed = read(pathlib.Path("notebooks/mean_flow.ipynb"))
        self.assertEqual(pictures, sum(
            "image/png" in o.get("data", {})
            for c in committed["cells"] for o in c.get("outputs", [])))

        write_beginning(
            volume, "again.ipynb", "%%\n"
            'model := must.M1(meanflow.Load("checkpoints/mean_flow/glance-mean_flow-width64"))\n'
            'fmt.Println("after epoch", model.Epoch())\n'
            'must.M(plotting.Scatter("samples", must.M1(model.Sample(1000, 1, 1)))'
            '.Figure().Display())')
        with Container(volume, environment=[f"JUPYTER_TOKEN={TOKEN}"]) as container:
            with container.serving(), browser() as page:
                run_all(page, "again.ipynb")
                self.assertIn(
                    "after epoch 100",
                    page.locator(".jp-OutputArea").all_inner_texts()[-1] + page.content())

    def test_first_picture_in_the_browser(self):
        volume = folder()
        write_beginning(volume, "first.ipynb")
        with (Container(volume, environment=[f"JUPYTER_TOKEN={TOKEN}"]) as container,
              browser() as page):
            start = time.monotonic()
            with container.serving() as server:
                run_all(page, "first.ipynb")
                print("\nfrom run to the first picture in the browser: "
                      f"{time.monotonic() - start:.1f} s")
                page.screenshot(path=os.environ.get("SCREENSHOT", os.devnull), type="png")
                # GoNB is the launcher's first card, and nobody gets in without the token.
                with urllib.request.urlopen(
                        f"http://127.0.0.1:{PORT}/api/kernelspecs?token={TOKEN}") as answer:
                    self.assertEqual(json.load(answer)["default"], "gonb")
                with self.assertRaisesRegex(urllib.error.HTTPError, "403"):
                    urllib.request.urlopen(f"http://127.0.0.1:{PORT}/api/contents")
                self.assertTrue(container.healthy())
                # A second server finds the port taken.
                if ENGINE == "buildah":
                    with Container(folder()) as second:
                        self.refused(second.run("jupyter", "lab"), f"port {PORT} is already in use")
            print(f"from the signal to the end: {server.stopped_after:.1f} s")
            self.assertLess(server.stopped_after, 10)
            if ENGINE == "buildah":
                self.assertFalse(container.healthy())
            left = subprocess.run(
                ["pgrep", "--session", str(server.pid)], capture_output=True, text=True)
            self.assertEqual(left.stdout, "")
            self.assertNotIn("Traceback", server.log)

    def test_other_users(self):
        volume = folder()
        write_beginning(volume, "hello.ipynb", '%%\nfmt.Println("user", os.Getuid())')
        execute = ("python", "internal/notebooks/execute.py", "notebooks/hello.ipynb",
                   "--output", "notebooks/hello.ipynb")
        os.chmod(volume, 0o777)
        os.chmod(volume / "hello.ipynb", 0o666)
        if os.getuid() == 0 or ENGINE == "docker":
            with Container(volume, user="4321:4321") as container:
                self.check(container.run(*execute))
                self.assertIn("user 4321", (volume / "hello.ipynb").read_text())
            with Container(
                    volume, user="0:0", environment=["NB_UID=4322", "NB_GID=4323"]) as container:
                self.check(container.run(*execute))
                self.assertIn("user 4322", (volume / "hello.ipynb").read_text())
                self.check(container.run("id", "-g"), "4323")
        with Container(user="0:0", environment=["NB_UID=somebody"]) as container:
            self.refused(container.run("true"), "NB_UID is somebody", "must be numbers above 0")
        with Container(environment=["NB_UID=4321"]) as container:
            self.refused(container.run("true"), "NB_UID is 4321", "--user root")

    def test_volume_that_cannot_be_written(self):
        with Container(folder(0o555)) as container:
            self.refused(
                container.run("true"), NOTEBOOKS, f"can't be written by user {OWNER}", "chown")

    def test_read_only_root(self):
        if ENGINE == "buildah":  # It has no option --read-only, so mount the root read-only here.
            with Container() as container:
                root = capture("buildah", "mount", container.name).strip()
                script = (f'mount --bind "{root}" "{root}" && mount -o remount,bind,ro "{root}" && '
                          f'exec chroot --userspec=1000:1000 "{root}" "$@"')
                result = subprocess.run(
                    ["unshare", "--mount", "sh", "-c", script, "sh", "env", "-i",
                     *config()["Env"], *config()["Entrypoint"], "true"],
                    capture_output=True, text=True)
        else:
            with Container(options=["--read-only"]) as container:
                result = container.run("true")
        self.refused(result, "can't be written", "--read-only")


if __name__ == "__main__":
    unittest.main(verbosity=2)
