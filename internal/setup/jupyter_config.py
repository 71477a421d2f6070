"""The settings of Jupyter's programs: JupyterLab, and nbconvert as a command or in a menu."""

import pathlib
import sys

c = get_config()  # noqa: F821
setup = pathlib.Path(__file__).absolute().parents[3] / "internal/setup"

# Go's kernel is the only one on offer.
c.KernelSpecManager.allowed_kernelspecs = {"gonb"}
c.KernelSpecManager.ensure_native_kernel = False
c.MultiKernelManager.default_kernel_name = "gonb"

# HTML pages need no network, and screen readers can read them.
sys.path.append(str(setup / "pages"))
c.TemplateExporter.extra_template_basedirs = [str(setup / "pages")]
c.HTMLExporter.template_name = "page"
c.HTMLExporter.embed_images = True
c.HTMLExporter.preprocessors = ["meanflow_pages.Page"]
c.HTMLExporter.filters = {
    name: f"meanflow_pages.{name}" for name in ("markdown2html", "highlight_code")
}
# These are HTML exporters, too, with templates of their own.
c.SlidesExporter.template_name = "reveal"
c.WebPDFExporter.template_name = "webpdf"
