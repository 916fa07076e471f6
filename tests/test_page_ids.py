"""Ids of the page and ids of headings never meet."""

import re
from pathlib import Path

from posts import text
from posts.text.html.headings import COUNTED_IDS, PAGE_IDS

TEMPLATES = Path(__file__).parent.parent / "templates"
PUBLIC = [TEMPLATES / "base.html", TEMPLATES / "bare.html", *(TEMPLATES / "posts").rglob("*.html")]


def test_every_id_of_a_public_template_is_known():
    found = {id for path in PUBLIC for id in re.findall(r'\bid="([^"]+)"', path.read_text())}
    assert {id for id in found if "{{" not in id} == PAGE_IDS


def test_no_heading_takes_an_id_that_a_page_counts():
    counted = {
        id for path in PUBLIC for id in re.findall(r'\bid="([^"]*{{[^"]+)"', path.read_text())
    }
    assert all(COUNTED_IDS.fullmatch(re.sub("{{.*?}}", "12", id)) for id in counted)
    source = '## c12\n\n## passage-3 {#passage-3}\n\n<h2 id="c1">題</h2>\n\n## c12'
    ids = [heading.id for heading in text.render(source).outline]
    assert ids == ["c12-1", "passage-3-1", "題", "c12-1-2"]


def test_a_heading_never_takes_an_id_of_the_page():
    source = '## main\n\n<h2 id="series">連載</h2>\n\n## 題 {#main}'
    assert [heading.id for heading in text.render(source).outline] == ["main-2", "連載", "題"]
