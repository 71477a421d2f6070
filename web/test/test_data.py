"""The reader's own data: drawn points and tables."""

import pathlib

from support import PATIENCE, SITE, PageTest, number

PENGUINS = pathlib.Path(__file__).parents[2] / "notebooks/data/penguins.csv"


class TestDrawing(PageTest):
    def test_mouse(self):
        page = self.open()
        page.get_by_role("radio", name="draw").check()
        page.locator("#pad-count", has_text="0 points, at least 20 are needed").wait_for()
        self.assertTrue(page.locator("#left .train").is_disabled())
        box = page.locator("#pad").bounding_box()
        page.mouse.move(box["x"] + 60, box["y"] + 60)
        page.mouse.down()
        for k in range(20):
            page.mouse.move(box["x"] + 60 + 9 * k, box["y"] + 60 + 9 * k)
            page.wait_for_timeout(20)
        page.mouse.up()
        self.assertGreater(number(page.locator("#pad-count").inner_text()), 20)
        self.check_training(page)
        page.get_by_role("button", name="Clear").click()
        page.locator("#pad-count", has_text="0 points").wait_for()
        self.eventually(page.locator("#left .train").is_disabled, bool)

    def test_keyboard(self):
        page = self.open()
        page.get_by_role("radio", name="checkerboard").focus()
        for _ in range(6):
            page.keyboard.press("ArrowRight")
        page.keyboard.press("Tab")
        self.assertEqual(page.evaluate("document.activeElement.id"), "pad")
        for _ in range(6):
            page.keyboard.press("Space")
            page.keyboard.press("ArrowUp")
            page.keyboard.press("ArrowRight")
        page.locator("#pad-count", has_text="24 points").wait_for()
        self.check_training(page)

    def check_training(self, page):
        panel = page.locator("#right")
        self.eventually(panel.locator(".train").is_enabled, bool)
        panel.locator(".train-steps").select_option("300")
        panel.get_by_role("button", name="Train").click()
        page.get_by_role("img", name="recommended on your points. 2,000 samples").wait_for(
            timeout=60_000 * PATIENCE)


class TestFile(PageTest):
    def opened(self):
        page = self.open()
        page.get_by_role("radio", name="a file").check()
        return page

    def choose(self, page, name, content):
        page.locator("#file-input").set_input_files(
            {"name": name, "mimeType": "text/csv", "buffer": content})

    def test_fault(self):
        page = self.opened()
        rows = [b"height,width"] + [b"%d,%d" % (k, k * k) for k in range(40)]
        rows[20] = b"18,wide"
        self.choose(page, "faulty.csv", b"\n".join(rows))
        alert = page.locator("#file-error")
        alert.wait_for()
        self.assertIn("line 21", alert.inner_text())
        self.assertIn("faulty.csv", alert.inner_text())
        self.assertEqual(alert.get_attribute("role"), "alert")
        self.assertTrue(page.locator("#left .train").is_disabled())

    def test_too_few_rows(self):
        page = self.opened()
        self.choose(page, "short.csv", b"a,b\n1,2\n3,5\n")
        page.locator("#file-error", has_text="number of rows is 2").wait_for()

    def test_first_line(self):
        page = self.opened()
        rows = b"".join(b"%d,%d\n" % (k % 7, k % 5) for k in range(30))
        self.choose(page, "numbers.csv", b"0,1\n" + rows)
        advice = "set “First line” to “names” or “values”"
        page.locator("#file-error", has_text=advice).wait_for()
        page.get_by_label("First line").select_option("values")
        page.get_by_role("img", name="on numbers.csv").first.wait_for()
        self.assertTrue(page.locator("#file-error").is_hidden())

    def test_penguins(self):
        page = self.opened()
        self.choose(page, "penguins.csv", PENGUINS.read_bytes())
        page.locator("#file-error", has_text="line 5").wait_for()
        page.get_by_label("Leave out rows with missing values").check()
        page.locator("#file-notes li").first.wait_for()
        self.assertTrue(page.locator("#file-error").is_hidden())
        page.get_by_label("Column of classes").fill("species")
        page.get_by_label("Leave out columns").fill("island, sex, year")
        page.keyboard.press("Enter")
        across = page.get_by_label("Across")
        self.eventually(lambda: across.locator("option").all_inner_texts(), lambda names: names == [
            "bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"])
        panel = page.locator("#right")
        panel.locator(".train-steps").select_option("300")
        panel.get_by_role("button", name="Train").click()
        page.get_by_role("img", name="on penguins.csv. 2,000 samples").wait_for(
            timeout=60_000 * PATIENCE)
        classes = page.get_by_role("combobox", name="Class")
        self.assertEqual(classes.locator("option").all_inner_texts(),
                         ["any", "Adelie", "Chinstrap", "Gentoo"])
        before = panel.locator(".picture").evaluate("(canvas) => canvas.toDataURL()")
        across.select_option("body_mass_g")
        self.eventually(lambda: panel.locator(".picture").evaluate("(c) => c.toDataURL()"),
                        lambda after: after != before)
        panel.locator(".status", has_text="300 of 300").wait_for(timeout=60_000 * PATIENCE)
        classes.select_option("Gentoo")
        self.measured(page, "right")

    def drop(self, page, where, name, content):
        page.locator(where).evaluate("""(place, [name, content]) => {
            const files = new DataTransfer();
            files.items.add(new File([Uint8Array.from(content)], name));
            const options = {dataTransfer: files, cancelable: true, bubbles: true};
            place.dispatchEvent(new DragEvent("drop", options));
        }""", [name, list(content)])

    def test_dropping(self):
        """A file may be dropped anywhere. A wrong one leaves the table that was read."""
        page = self.open()
        rows = b"".join(b"%d,%d\n" % (k % 7, k % 5) for k in range(50))
        self.drop(page, "h1", "dropped.csv", b"a,b\n" + rows)
        page.locator("#file-notes li").first.wait_for()
        page.get_by_role("img", name="on dropped.csv").first.wait_for()
        self.drop(page, "footer", "picture.csv", b"\x89PNG\r\n\x1a\n")
        page.locator("#file-error", has_text="picture.csv").wait_for()
        self.assertTrue(page.locator("#left .train").is_enabled())
        self.assertTrue(page.get_by_role("img", name="on dropped.csv").first.is_visible())

    def test_dropping_a_model(self):
        page = self.open()
        model = next(SITE.glob("models/spiral-recommended.safetensors")).read_bytes()
        self.drop(page, "main", "mine.safetensors", model)
        page.get_by_role("radio", name="mine").wait_for()
        page.get_by_role("img", name="mine. 2,000 samples").wait_for()
        self.drop(page, "main", "broken.safetensors", b"text")
        page.locator("#failure", has_text="safetensors").wait_for()
