"""A model that the reader put into the page: `make web MODELS=...`."""

import json
import pathlib
import shutil
import tempfile

from support import SITE, PageTest, Server


class TestOwnModel(PageTest):
    def test_own_model(self):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()), "site")
        shutil.copytree(SITE, folder)
        models = json.loads((folder / "models.json").read_text())
        spiral = next(model for model in models
                      if (model["data"], model["recipe"]) == ("spiral", "recommended"))
        own = spiral | {"data": "", "recipe": "own", "name": "swirl", "steps": 0}
        (folder / "models.json").write_text(json.dumps([*models, own]))
        with Server(folder) as server:
            page = self.open(server.url)
            page.get_by_role("radio", name="swirl").check()
            page.get_by_role("img", name="swirl. 2,000 samples in 1 step").wait_for()
            self.assertTrue(page.locator("#left").is_hidden())
            self.assertTrue(page.locator("#right .train").is_hidden())
            page.get_by_role("radio", name="crescent").check()
            page.get_by_role("img", name="on the crescent. 2,000 samples").nth(1).wait_for()
