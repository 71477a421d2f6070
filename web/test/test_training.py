"""Training in the browser."""

import time

from support import PATIENCE, PageTest, number


class TestTraining(PageTest):
    def train(self, page, side, method, steps):
        panel = page.locator(f"#{side}")
        panel.locator(".method").select_option(method)
        panel.locator(".train-steps").select_option(str(steps))
        panel.get_by_role("button", name="Train").click()
        return panel

    def check_training(self, method, steps, distance, seconds):
        """Checks that a method reaches a distance within a time, as the page shows both."""
        page = self.open()
        panel = self.train(page, "right", method, steps)
        start = time.monotonic()
        panel.locator(".origin", has_text="trained here").wait_for(timeout=30_000 * PATIENCE)
        reached = self.measured(page, "right", below=distance + 0.0005, seconds=seconds + 5)
        elapsed = time.monotonic() - start
        print(f"\n{method}: distance {reached} after {elapsed:.1f} s, "
              f"{panel.locator('.status').inner_text()}")
        self.assertLess(elapsed, seconds * PATIENCE)

    def test_mean_flow(self):
        self.check_training("mean flow", 600, 0.08, 30)

    def test_recommended(self):
        self.check_training("recommended", 600, 0.04, 60)

    def test_pause_go_on_and_reset(self):
        page = self.open()
        page.locator("#left .origin", has_text="trained beforehand").wait_for()
        panel = self.train(page, "left", "flow matching", 3000)
        status, button = panel.locator(".status"), panel.get_by_role
        self.eventually(lambda: number(status.inner_text()), lambda step: 10 <= step < 3000, 30)
        panel.locator(".origin", has_text="trained here").wait_for()
        button("button", name="Pause").click()
        page.wait_for_timeout(2000 * PATIENCE)  # The steps that have begun come to their end.
        paused = status.inner_text()
        page.wait_for_timeout(2000 * PATIENCE)
        self.assertEqual(status.inner_text(), paused)
        button("button", name="Go on").click()
        self.eventually(lambda: number(status.inner_text()), lambda step: step > number(paused))
        self.assertIn("at step", panel.locator(".loss").get_attribute("aria-label"))
        button("button", name="Reset").click()
        panel.locator(".origin", has_text="trained beforehand").wait_for()
        self.assertEqual(status.inner_text(), "")
        self.assertTrue(button("button", name="Train").is_enabled())

    def test_both_at_once_while_samples_move(self):
        page = self.open()
        for side, method in (("left", "flow matching"), ("right", "mean flow")):
            self.train(page, side, method, 300)
        page.get_by_role("button", name="New noise").click()
        for side in ("left", "right"):
            panel = page.locator(f"#{side}")
            panel.locator(".status", has_text="300 of 300 steps").wait_for(
                timeout=90_000 * PATIENCE)
            panel.locator(".origin", has_text="trained here for 300 steps").wait_for()
        self.assertLess(self.measured(page, "right"), self.measured(page, "left"))
