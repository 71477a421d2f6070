"""Accessibility by axe, widths and schemes of colors. With SCREENSHOTS, a folder, it keeps pictures
of the page."""

import os
import pathlib
from importlib import resources

from support import PageTest

AXE = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text()
WIDTHS = {1366: 768, 768: 1024, 390: 844}  # Of the window, and heights.


class TestAccessibility(PageTest):
    def test_axe_and_widths(self):
        for scheme in ("light", "dark"):
            for width, height in WIDTHS.items():
                with self.subTest(scheme=scheme, width=width):
                    self.check(scheme, width, height)

    def check(self, scheme, width, height):
        page = self.open(viewport={"width": width, "height": height}, color_scheme=scheme)
        self.measured(page, "left")
        self.measured(page, "right")
        self.screenshot(page, f"{width}-{scheme}")
        self.check_page(page)
        page.get_by_role("button", name="Fetch the model").click()
        page.get_by_role("img", name="100 generated images").wait_for(timeout=30_000)
        page.get_by_label("Velocities").check()
        page.get_by_label("Time t").fill("0.5")
        self.measured(page, "right")
        self.screenshot(page, f"{width}-{scheme}-moving")
        page.get_by_role("radio", name="a file").check()
        page.locator("#file-input").set_input_files(
            {"name": "faulty.csv", "mimeType": "text/csv", "buffer": b"a,b\n1,2\n3\n"})
        page.locator("#file-error").wait_for()
        self.screenshot(page, f"{width}-{scheme}-file")
        self.check_page(page)
        page.get_by_role("radio", name="draw").check()
        page.locator("#pad").focus()
        self.check_page(page)
        self.screenshot(page, f"{width}-{scheme}-draw")

    def check_page(self, page):
        overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        self.assertEqual(page.evaluate(overflow), 0)
        page.evaluate(AXE)
        found = page.evaluate("axe.run().then(({violations}) => violations.map("
                              "({id, help, nodes}) => [id, help, ...nodes.map((n) => n.html)]))")
        self.assertEqual(found, [])

    def screenshot(self, page, name):
        folder = os.environ.get("SCREENSHOTS")
        if folder:
            pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=pathlib.Path(folder, f"{name}.png"))
            window = page.viewport_size
            height = page.evaluate("document.documentElement.scrollHeight")
            page.set_viewport_size(window | {"height": height})  # So that no bar hides a part.
            page.screenshot(path=pathlib.Path(folder, f"{name}-whole.png"))
            page.set_viewport_size(window)

    def test_everything_by_keyboard(self):
        page = self.open()
        self.measured(page, "right")
        reached = set()
        for _ in range(60):
            page.keyboard.press("Tab")
            reached.add(page.evaluate(
                "document.activeElement.id || document.activeElement.className"))
        for control in ("method", "train primary", "train-steps", "steps", "time", "play", "seed",
                        "new-noise", "count", "field", "save-picture", "save-left-model",
                        "digits-generate"):
            self.assertIn(control, reached)
