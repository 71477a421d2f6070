"""Notebooks as HTML pages that need no network: their formulas become MathML.

nbconvert's own pages load MathJax, which turns formulas into pictures of text. Browsers show MathML
themselves, and screen readers read it.
"""

import html
import re
import unicodedata
from xml.etree import ElementTree

from jinja2 import pass_context
from latex2mathml.converter import convert
from nbconvert.filters.highlight import Highlight2HTML
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbconvert.preprocessors import Preprocessor

NAMESPACE = "http://www.w3.org/1998/Math/MathML"
ElementTree.register_namespace("", NAMESPACE)
# What latex2mathml does not know, or not in every place.
SYNONYMS = [
    (r"\\\||\\[lr]?Vert(?![A-Za-z])", "‖"),
    (r"\\(begin|end)\{(aligned|split)\}", r"\\\1{align*}"),
    (r"\\sim(?![A-Za-z])", "∼"),
    (r"\\(math[a-z]+|boldsymbol) +([A-Za-z0-9])", r"\\\1{\2}"),
]


def styled(letter, variant):
    """Returns the character for a letter in a style, which browsers don't make of mathvariant."""
    style = variant.replace("-", " ").upper()
    name = re.sub("LATIN |GREEK |LETTER ", "", unicodedata.name(letter, ""))
    for candidate in (f"MATHEMATICAL {style} {name}", f"{style} {name}"):
        try:
            return unicodedata.lookup(candidate)
        except KeyError:
            pass
    return letter


def grow_before_scripts(root):
    """Takes signs like \\big| out from under an exponent, where browsers do not enlarge them."""
    for parent in list(root.iter()):
        for i, scripted in reversed(list(enumerate(parent))):
            if len(scripted) > 1 and scripted[0].get("minsize"):
                sign, scripted[0] = scripted[0], ElementTree.Element(f"{{{NAMESPACE}}}mrow")
                sign.set("form", "postfix")
                parent.insert(i, sign)


def mathml(formula, display):
    """Returns a formula as MathML, or as the TeX that it is if there is no MathML for it."""
    tex = formula.strip()
    for pattern, replacement in SYNONYMS:
        tex = re.sub(pattern, replacement, tex)
    try:
        root = ElementTree.fromstring(convert(tex, display=display))
    except Exception:  # latex2mathml has many of its own, and it may write no XML.
        root = None
    if root is None or "\\" in "".join(root.itertext()):
        return f'<code class="tex">{html.escape(formula)}</code>'
    grow_before_scripts(root)
    for element in root.iter():
        variant = element.get("mathvariant")
        if variant and variant != "normal" and element.text:
            del element.attrib["mathvariant"]
            element.text = "".join(styled(letter, variant) for letter in element.text)
    return ElementTree.tostring(root, encoding="unicode")


class Renderer(IPythonRenderer):
    """Renders Markdown with formulas as MathML, and with links from page to page."""

    def block_math(self, body):
        return f'<span class="wide formula" tabindex="0">{mathml(body, "block")}</span>'

    def inline_math(self, body):
        return mathml(body, "inline")

    def latex_environment(self, name, body):
        return self.block_math(f"\\begin{{{name}}}{body}\\end{{{name}}}")

    def block_html(self, block):
        # nbconvert would close <details> before the paragraphs that it folds.
        return f"{block.strip()}\n"

    def table(self, text):
        return f'<div class="wide" tabindex="0"><table>{text}</table></div>\n'

    def table_cell(self, text, align=None, head=False):
        tag = "th" if head and text.strip() else "td"  # A heading without words is none.
        style = f' style="text-align: {align}"' if align else ""
        return f"<{tag}{style}>{text}</{tag}>\n"

    def link(self, text, url, title=None):
        if "://" not in url:
            url = re.sub(r"\.ipynb(?=#|$)", ".html", url)
        return super().link(text, url, title)


@pass_context
def markdown2html(context, source):
    """Renders Markdown in place of nbconvert's filter with this name."""
    renderer = Renderer(
        escape=False,
        embed_images=True,
        attachments=context.get("cell", {}).get("attachments", {}),
        path=context.get("resources", {}).get("metadata", {}).get("path", ""),
    )
    return MarkdownWithMath(renderer=renderer).render(source)


# GoNB names no lexer, and nbconvert would take Python's.
highlight_code = Highlight2HTML(pygments_lexer="go")


class Page(Preprocessor):
    """Gives a page the notebook's heading as its title."""

    enabled = True

    def preprocess(self, notebook, resources):
        headings = (
            re.search(r"^# +(.+)$", cell.source, re.MULTILINE)
            for cell in notebook.cells if cell.cell_type == "markdown"
        )
        heading = next(filter(None, headings), None)
        if heading:
            notebook.metadata.setdefault("title", heading[1].strip())
        return notebook, resources
