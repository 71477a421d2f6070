"""What the tests of the page share: `make test-web`.

SITE is the folder that `make web` built. On a slower or busier machine, PATIENCE multiplies the
limits on time.
"""

import functools
import http.server
import os
import pathlib
import re
import shutil
import threading
import time
import unittest

from playwright.sync_api import sync_playwright

SITE = pathlib.Path(os.environ["SITE"])
PATIENCE = float(os.environ.get("PATIENCE", "1"))
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))

# A number that changes with any pixel of a canvas.
HASH = """const hash = (canvas) => {
    const {width, height} = canvas;
    const copy = new OffscreenCanvas(width, height).getContext("2d", {willReadFrequently: true});
    copy.drawImage(canvas, 0, 0);
    const {data} = copy.getImageData(0, 0, width, height);
    return new Uint32Array(data.buffer).reduce((sum, pixel) => Math.imul(31, sum) + pixel | 0, 7);
};"""


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves files, and notes which were asked for and which answers had a content."""

    def log_message(self, *_):
        pass

    def send_head(self):
        self.server.paths.append(self.path)
        return super().send_head()

    def copyfile(self, source, outputfile):
        self.server.answered.append(self.path)
        super().copyfile(source, outputfile)

    def end_headers(self):
        for name, value in self.server.more_headers(self.path).items():
            self.send_header(name, value)
        super().end_headers()


class Server(http.server.ThreadingHTTPServer):
    """A file server on loopback, running in a `with`."""

    def __init__(self, folder=SITE, more_headers=lambda path: {}):
        super().__init__(("127.0.0.1", 0), functools.partial(Handler, directory=folder))
        self.paths, self.answered, self.more_headers = [], [], more_headers
        self.url = f"http://127.0.0.1:{self.server_port}/"

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()

    def handle_error(self, *_):
        pass  # A closed page ends its requests.


class PageTest(unittest.TestCase):
    """A test with the page in Chromium. Each test fails if the page wrote an error to the console
    or asked another host for something."""

    @classmethod
    def setUpClass(cls):
        cls.playwright = cls.enterClassContext(sync_playwright())
        cls.chromium = cls.playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                  "--disable-sync", "--disable-background-networking",
                  "--disable-component-update"])
        cls.addClassCleanup(cls.chromium.close)
        cls.server = cls.enterClassContext(Server())

    def open(self, url=None, ready=True, init="", **options):
        """Opens the page in a context of its own. init is a script that runs before the page's."""
        options = {"viewport": {"width": 1366, "height": 768}} | options
        context = self.chromium.new_context(**options)
        self.addCleanup(context.close)
        if init:
            context.add_init_script(init)
        page = context.new_page()
        page.errors, page.requested = [], []
        page.on("console", lambda message: page.errors.append(message.text)
                if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.on("request", lambda request: page.requested.append(request.url))
        page.goto(url or self.server.url)
        self.addCleanup(self.check_clean, page, url or self.server.url)
        if ready:
            page.locator("#loading-text", has_text="Ready").wait_for(timeout=30_000 * PATIENCE)
        return page

    def check_clean(self, page, url):
        self.assertEqual(page.errors, [])
        for requested in page.requested:
            self.assertTrue(requested.startswith((url, "blob:" + url)), requested)

    def eventually(self, value, holds, seconds=10):
        """Waits until a function's value is as wanted, and returns the value."""
        end = time.monotonic() + seconds * PATIENCE
        while not holds(last := value()):
            if time.monotonic() > end:
                self.fail(f"after {seconds * PATIENCE:.0f} s it is {last!r}")
            time.sleep(0.05)
        return last

    def measured(self, page, side, below=float("inf"), seconds=20):
        """Waits until a panel shows a distance below a bound, and returns the distance."""
        shown = page.locator(f"#{side} .measures:not(.stale) .distance")
        return self.eventually(
            lambda: number(shown.inner_text()) if shown.count() else float("inf"),
            lambda distance: distance < below, seconds)


def number(text):
    """Returns the first number in a text, infinity if there is none."""
    found = re.search(r"\d[\d,]*(\.\d+)?", text)
    return float(found[0].replace(",", "")) if found else float("inf")


def picture(page, selector):
    """Returns a number that changes with any pixel of a canvas."""
    return page.locator(selector).evaluate(f"(canvas) => {{ {HASH} return hash(canvas); }}")
