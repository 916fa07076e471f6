"""The writers' guide, docs/writing.md, tells the truth.

Each fence of ``markdown`` in it is followed by one of ``html``: what the first becomes. ``markdown
breaks`` is a manuscript whose newlines are kept.
"""

import re

import pytest
from django.conf import settings

from posts.text import Linked, Picture, render
from tests.text.test_golden import comparable

GUIDE = (settings.BASE_DIR / "docs" / "writing.md").read_text(encoding="utf-8")
PAIR = re.compile(
    r"^(?P<fence>`{3,})markdown(?P<breaks> breaks)?\n(?P<typed>.*?)^(?P=fence)\n\s*"
    r"^```html\n(?P<shown>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
PAIRS = [pytest.param(pair, id=pair["typed"].split("\n")[0]) for pair in PAIR.finditer(GUIDE)]

# What the guide's examples speak of.
POSTS = {"weigh-the-salt": Linked("/posts/weigh-the-salt/", "塩は、はかってから入れる")}
RIVER = Picture("/media/river.webp", 1600, 900, "雪の川", "水の減った川", "（撮影：久我原澄）")
PICTURES = {RIVER.url: RIVER}


@pytest.mark.parametrize("pair", PAIRS)
def test_an_example_becomes_what_stands_below_it(pair):
    breaks = bool(pair["breaks"])
    rendered = render(pair["typed"], posts=POSTS, pictures=PICTURES, breaks=breaks)
    assert comparable(rendered.html) == comparable(pair["shown"])


def test_no_example_stands_without_what_it_becomes():
    fences = re.findall(r"^`{3,}([^`\s].*)$", GUIDE, re.MULTILINE)
    inside = "python:hello.py"  # a fence within an example
    outside = [fence.split()[0] for fence in fences if fence != inside]
    assert outside == ["markdown", "html"] * len(PAIRS)


def test_every_place_that_the_guide_points_to_is_there():
    html = render(GUIDE).html
    places = re.findall(r"\]\(#([^)]+)\)", GUIDE)
    assert len(places) > 15
    assert [name for name in places if f'id="{name}"' not in html] == []
