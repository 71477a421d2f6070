"""The browser generates the points that XLA and pure Go generate (web/points_test.go)."""

import json
import pathlib

from support import PageTest

FIXTURE = pathlib.Path(__file__).parents[1] / "testdata/points.json"

SAMPLE = """async ({model, n, steps, seed}) => {
    const [{Client}, {loadModule}] =
        await Promise.all([import("./client.js"), import("./engine.js")]);
    const client = new Client(await loadModule(() => {}));
    const response = await fetch(`models/${model}`);
    const content = new Uint8Array(await response.arrayBuffer());
    const {dim} = await client.call("load", {slot: "points", model: content});
    const points = [];
    await client.call("sample", {slot: "points", n, steps, seed, class: 0}, (part) => {
        points.push(...part.path.subarray(-part.count * dim));
    });
    client.end();
    return points;
}"""


class TestPoints(PageTest):
    def test_points(self):
        page = self.open()
        for sampled in json.loads(FIXTURE.read_text()):
            with self.subTest(sampled["model"]):
                points = page.evaluate(SAMPLE, sampled)
                wanted = [number for point in sampled["points"] for number in point]
                self.assertEqual(len(points), len(wanted))
                for got, want in zip(points, wanted):
                    self.assertLess(abs(got - want), 1e-5)
