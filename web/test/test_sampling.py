"""Samples of the models that were trained beforehand, and the controls of both panels."""

import statistics

from support import HASH, PATIENCE, PageTest, number, picture

ONE_STEP = 100  # Milliseconds for 2,000 points.
ANSWER = 200  # Milliseconds from a slider to another picture.

# Moves a slider, and returns the milliseconds until both pictures have changed.
MOVE = f"""async ([id, value]) => {{
    {HASH}
    const canvases = [...document.querySelectorAll(".picture")];
    const before = canvases.map(hash);
    const slider = document.getElementById(id);
    const start = performance.now();
    slider.value = value;
    slider.dispatchEvent(new Event("input", {{bubbles: true}}));
    while (canvases.some((canvas, k) => hash(canvas) === before[k])) {{
        await new Promise(requestAnimationFrame);
        if (performance.now() - start > 60_000) {{
            return Infinity;
        }}
    }}
    return performance.now() - start;
}}"""

# Returns the milliseconds of one step in a worker of its own: the panels' workers share the cores.
ONE_STEPS = """async () => {
    const [{Client}, {loadModule}] =
        await Promise.all([import("./client.js"), import("./engine.js")]);
    const client = new Client(await loadModule(() => {}));
    const response = await fetch("models/checkerboard-recommended.safetensors");
    const model = new Uint8Array(await response.arrayBuffer());
    await client.call("load", {slot: "one", model});
    const times = [];
    for (let seed = 0; seed < 9; seed++) {
        const {ms} = await client.call("sample",
            {slot: "one", n: 2000, steps: 1, seed, class: 0});
        times.push(ms);
    }
    client.end();
    return times;
}"""


class TestSampling(PageTest):
    def opened(self, **options):
        page = self.open(**options)
        page.get_by_role("img", name="2,000 samples in 1 step").nth(1).wait_for()
        self.measured(page, "left")
        self.measured(page, "right")
        return page

    def test_one_step(self):
        page = self.opened()
        times = page.evaluate(ONE_STEPS)
        print(f"\none step of 2,000 points: {statistics.median(times):.0f} ms")
        self.assertLess(statistics.median(times), ONE_STEP * PATIENCE)
        # Of the recommended recipe; flow matching needs more steps.
        self.assertLess(self.measured(page, "right"), 0.04)
        self.assertGreater(self.measured(page, "left"), 0.3)

    def test_sliders_answer_at_once(self):
        page = self.opened()
        for slider, values in {"time": (0.5, 0.2, 0, 0.9, 1), "steps": (4, 7, 1, 5, 0),
                               "seed": (5, 6, 7, 8, 9)}.items():
            times = [page.evaluate(MOVE, [slider, str(value)]) for value in values]
            print(f"\n{slider}:", ", ".join(f"{ms:.0f}" for ms in times), "ms")
            self.assertLess(statistics.median(times), ANSWER * PATIENCE, slider)

    def test_both_panels_have_the_same_noise(self):
        page = self.opened()
        page.get_by_label("Time t").fill("0")
        self.eventually(lambda: picture(page, "#left .picture"),
                        lambda left: left == picture(page, "#right .picture"))
        time = page.get_by_label("Time t")
        self.assertEqual(time.get_attribute("aria-valuetext"), "t = 1, noise")

    def test_more_steps_bring_flow_matching_to_the_data(self):
        page = self.opened()
        steps = page.get_by_label("Steps of sampling")
        steps.focus()
        for _ in range(4):
            page.keyboard.press("ArrowRight")
        self.assertEqual(steps.get_attribute("aria-valuetext"), "10 steps")
        self.measured(page, "left", below=0.15, seconds=40)
        page.get_by_role("img", name="flow matching on the checkerboard. 2,000 samples in 10 steps"
                         ).wait_for()

    def test_numbers_of_points(self):
        page = self.opened()
        for count, name in (("500", "500"), ("10000", "10,000")):
            page.get_by_role("combobox", name="Points").select_option(count)
            page.get_by_role("img", name=f" {name} samples").nth(1).wait_for()

    def test_velocities(self):
        page = self.opened()
        before = picture(page, "#left .picture"), picture(page, "#right .picture")
        page.get_by_label("Velocities").check()
        self.eventually(
            lambda: (picture(page, "#left .picture"), picture(page, "#right .picture")),
            lambda after: after[0] != before[0] and after[1] != before[1])

    def test_playing(self):
        page = self.opened()
        page.get_by_role("button", name="Play from noise to data").click()
        value = page.locator("#time-value")
        self.eventually(value.inner_text, lambda t: 0.2 < float(t) < 0.8)
        page.get_by_role("button", name="Stop").click()
        stopped = value.inner_text()
        page.wait_for_timeout(300)
        self.assertEqual(value.inner_text(), stopped)
        page.get_by_role("button", name="Play from noise to data").click()
        self.eventually(value.inner_text, lambda t: t == "0")

    def test_playing_with_reduced_motion(self):
        page = self.opened(reduced_motion="reduce")
        page.evaluate("""globalThis.times = new Set();
            new MutationObserver(() => times.add(document.getElementById("time-value").textContent))
                .observe(document.getElementById("time-value"), {childList: true})""")
        page.get_by_role("button", name="Play from noise to data").click()
        page.get_by_role("button", name="Stop").wait_for()
        page.get_by_role("button", name="Play from noise to data").wait_for()
        self.assertEqual(page.evaluate("[...times]"), ["1", "0.75", "0.50", "0.25", "0"])

    def test_methods_and_distributions(self):
        page = self.opened()
        page.locator("#left .method").select_option("mean flow")
        page.get_by_role("img", name="mean flow on the checkerboard. 2,000 samples").wait_for()
        self.measured(page, "left", below=0.2)
        for card in page.locator("#cards").get_by_role("radio").all()[1:6]:
            name = card.get_attribute("value")
            card.check()
            page.get_by_role("img", name=f"recommended on the {name}. 2,000 samples").wait_for()
            self.measured(page, "right", below=0.1)
