"""Tests the image as its users meet it: `make docker-test`."""

import base64
import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import time
import unittest
import urllib.request

from container import (
    ENGINE, NOTEBOOKS, OWNER, PORT, Container, ImageTest, folder, read, write_beginning)
from playwright.sync_api import sync_playwright

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
TOKEN = "a-token-for-this-test"


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


class TestImage(ImageTest):
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


if __name__ == "__main__":
    unittest.main(verbosity=2)
