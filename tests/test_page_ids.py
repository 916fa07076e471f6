"""Ids of the page and ids of headings never meet."""

import re
from pathlib import Path

from posts import text
from posts.text.html.headings import PAGE_IDS

TEMPLATES = Path(__file__).parent.parent / "templates"
PUBLIC = [TEMPLATES / "base.html", TEMPLATES / "bare.html", *(TEMPLATES / "posts").rglob("*.html")]


def test_every_id_of_a_public_template_is_known():
    found = {id for path in PUBLIC for id in re.findall(r'\bid="([^"]+)"', path.read_text())}
    assert found == PAGE_IDS


def test_a_heading_never_takes_an_id_of_the_page():
    source = '## main\n\n<h2 id="series">連載</h2>\n\n## 題 {#main}'
    assert [heading.id for heading in text.render(source).outline] == ["main-2", "連載", "題"]
