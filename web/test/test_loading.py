"""How the page loads: time, bytes, servers and browsers of all kinds, no network."""

import pathlib
import shutil
import tempfile
import time

from support import PATIENCE, SITE, PageTest, Server

FIRST_LOAD = 5e6  # Bytes.
FIRST_PICTURE = 3  # Seconds.


def compressed_size(path):
    """Returns the size of a file as a server sends it that uses the compressed files beside."""
    file = SITE / (path.partition("?")[0].lstrip("/") or "index.html")
    beside = file.with_name(file.name + ".gz")
    return (beside if beside.exists() else file).stat().st_size


class TestLoading(PageTest):
    def test_first_picture(self):
        start = time.monotonic()
        page = self.open(ready=False)
        samples = page.get_by_role("img", name="2,000 samples in 1 step")
        samples.nth(1).wait_for(timeout=30_000)
        seconds = time.monotonic() - start
        print(f"\nfrom the address to the samples of both panels: {seconds:.1f} s")
        self.assertLess(seconds, FIRST_PICTURE * PATIENCE)

    def test_first_load(self):
        with Server() as server:
            page = self.open(server.url)
            page.get_by_role("img", name="2,000 samples").nth(1).wait_for()
            page.evaluate("navigator.serviceWorker.ready.then(() => {})")
        sent = {path: sum(compressed_size(other) for other in server.answered if other == path)
                for path in server.answered}
        print(f"\nthe first load: {sum(sent.values()) / 1e6:.2f} MB")
        self.assertLess(sum(sent.values()), FIRST_LOAD, sent)
        self.assertEqual([path for path in server.paths if path.startswith("/models/")],
                         [path for path in server.paths if path.startswith("/models/checkerboard")])

    def test_without_network(self):
        with Server() as server:
            page = self.open(server.url)
            page.get_by_role("img", name="2,000 samples").nth(1).wait_for()
            page.evaluate("navigator.serviceWorker.ready.then(() => {})")
            kept = """async () => {
                const cache = await caches.open((await caches.keys())[0]);
                return (await cache.keys()).filter(({url}) => url.includes("/models/")).length;
            }"""
            self.eventually(lambda: page.evaluate(kept), lambda models: models == 2)
        page.reload()
        page.get_by_role("img", name="2,000 samples").nth(1).wait_for(timeout=30_000)

    def test_new_version(self):
        folder = self.copied()
        with Server(folder) as server:
            page = self.open(server.url)
            page.evaluate("navigator.serviceWorker.ready.then(() => {})")
            index = folder / "index.html"
            index.write_text(index.read_text().replace("What is happening", "What happens"))
            files = folder / "files.json"
            files.write_text(files.read_text().replace('"version": "', '"version": "x'))
            page.reload()
            page.locator("#loading-text", has_text="Ready").wait_for()
            self.eventually(lambda: page.evaluate("caches.keys().then((keys) => keys.join())"),
                            lambda keys: " x" in keys and "," not in keys)
            page.reload()
            page.get_by_role("heading", name="What happens").wait_for()

    def test_below_a_path(self):
        folder = self.copied("some/where")
        with Server(folder.parent.parent) as server:
            page = self.open(server.url + "some/where/")
            page.get_by_role("img", name="2,000 samples").nth(1).wait_for()
            self.assertTrue(all(path.startswith("/some/where/") for path in server.paths))

    def test_server_with_content_encoding(self):
        def headers(path):
            return {"Content-Encoding": "gzip"} if path.endswith(".gz") else {}
        with Server(more_headers=headers) as server:
            page = self.open(server.url)
            page.get_by_role("img", name="2,000 samples").nth(1).wait_for()

    def test_browser_that_does_not_decompress(self):
        page = self.open(init="delete globalThis.DecompressionStream")
        page.get_by_role("img", name="2,000 samples").nth(1).wait_for()

    def test_browser_without_webassembly(self):
        page = self.open(init="delete globalThis.WebAssembly", ready=False)
        page.get_by_role("alert").filter(has_text="does not run WebAssembly").wait_for()

    def test_layout_does_not_shift(self):
        for width in (1366, 768, 390):
            with self.subTest(width=width):
                page = self.open(viewport={"width": width, "height": 900}, init="""
                    globalThis.shift = 0;
                    new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
                        shift += entry.value;
                    })).observe({type: "layout-shift", buffered: true});""")
                self.measured(page, "left")
                self.measured(page, "right")
                self.assertLess(page.evaluate("shift"), 0.01)

    def copied(self, below="site"):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()), below)
        shutil.copytree(SITE, folder)
        return folder
