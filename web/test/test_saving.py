"""What the page saves."""

import csv
import json
import pathlib
import struct

from support import PageTest


class TestSaving(PageTest):
    def saved(self, page, button):
        with page.expect_download() as download:
            page.get_by_role("button", name=button).click()
        path = pathlib.Path(download.value.path())
        return download.value.suggested_filename, path.read_bytes()

    def opened(self):
        page = self.open()
        page.get_by_role("img", name="2,000 samples").nth(1).wait_for()
        return page

    def test_picture(self):
        name, content = self.saved(self.opened(), "Picture of both")
        self.assertEqual(name, "meanflow.png")
        self.assertEqual(content[:8], b"\x89PNG\r\n\x1a\n")
        width, height = struct.unpack(">II", content[16:24])
        self.assertGreater(width, 1.5 * height)
        self.assertGreater(len(content), 50_000)  # Thousands of points.

    def test_samples(self):
        page = self.opened()
        page.get_by_role("combobox", name="Points").select_option("500")
        page.get_by_role("img", name=" 500 samples").nth(1).wait_for()
        name, content = self.saved(page, "Samples of the right panel")
        self.assertEqual(name, "mean-flow-recommended-right.csv")
        header, *rows = csv.reader(content.decode().splitlines())
        self.assertEqual(header, ["x1", "x2"])
        self.assertEqual(len(rows), 500)
        # On the checkerboard, whose cells have an edge of 0.75 and indices that are both even or
        # both odd.
        filled = [(int((float(x) + 1.5) // 0.75) + int((float(y) + 1.5) // 0.75)) % 2 == 0
                  for x, y in rows]
        self.assertGreater(sum(filled), 400)

    def test_model(self):
        name, content = self.saved(self.opened(), "Model of the left panel")
        self.assertEqual(name, "flow-matching-left.safetensors")
        length, = struct.unpack("<Q", content[:8])
        header = json.loads(content[8:8 + length])
        self.assertIn("meanflow", header.pop("__metadata__"))
        end = max(tensor["data_offsets"][1] for tensor in header.values())
        self.assertEqual(len(content), 8 + length + end)
        self.assertTrue(all(tensor["dtype"] == "F32" for tensor in header.values()))
