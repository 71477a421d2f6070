"""The grid of digits."""

from support import PageTest, number, picture


class TestDigits(PageTest):
    def test_digits(self):
        page = self.open()
        self.assertFalse(any("digits.safetensors" in url for url in page.requested))
        button = page.get_by_role("button", name="Fetch the model")
        self.assertRegex(button.inner_text(), r"\d MB\)")
        button.click()
        grid = "#digits-grid"
        page.get_by_role("img", name="100 generated images: a row for each of 0, 1, 2").wait_for()
        status = page.locator("#digits-status")
        print(f"\ndigits: {status.inner_text()}")
        self.assertGreater(number(status.inner_text().split("in")[1]), 0)
        seen = [picture(page, grid)]
        for change in (
                lambda: page.get_by_role("button", name="Generate others").click(),
                lambda: page.locator(grid).click(),
                lambda: page.get_by_role("combobox", name="Digit").select_option(label="7"),
                lambda: page.get_by_role("slider", name="Guidance").fill("2")):
            change()
            seen.append(self.eventually(
                lambda: picture(page, grid), lambda digits: digits not in seen))
        page.get_by_role("img", name="100 generated images: all of them 7").wait_for()
