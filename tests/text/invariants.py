"""What holds for every page, whatever was typed: asserted here, for tests and for the soak."""

import re
from html.parser import HTMLParser

from posts.text import render, render_inline, sanitise

TAGS = """
a abbr b bdi blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption
figure h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rb rp rt ruby s samp section small span
strong sub summary sup table tbody td tfoot th thead time tr u ul var wbr
"""
ATTRIBUTES = """
alt aria-label cite class colspan data-frame datetime decoding dir height href id lang loading open
rel reversed role rowspan scope span src start tabindex title value width
"""
SCHEMES = {"http", "https", "mailto", "tel"}
FRAMES = (
    "https://www.youtube-nocookie.com/embed/",
    "https://player.vimeo.com/video/",
    "https://speakerdeck.com/player/",
)


class Auditor(HTMLParser):
    """Reads HTML as a stranger does and refuses all that could run; knows nothing of our list."""

    def __init__(self):
        super().__init__()
        self.ids, self.texts = set(), []

    def handle_starttag(self, tag, attributes):
        assert tag in TAGS.split()
        for name, value in attributes:
            assert name in ATTRIBUTES.split()
            if name in {"href", "src", "cite"}:
                # As a browser does: tabs and newlines go, leading controls and spaces too.
                bare = re.sub("[\t\n\r]", "", value or "").lstrip("".join(map(chr, range(33))))
                scheme = re.match(r"([a-z][a-z0-9+.-]*):", bare.lower())
                assert scheme is None or scheme[1] in SCHEMES
            elif name == "data-frame":
                assert value.startswith(FRAMES)
            elif name == "id":
                assert value not in self.ids
                self.ids.add(value)

    def handle_data(self, data):
        self.texts.append(data)

    def handle_comment(self, data):
        raise AssertionError(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def audit(html):
    """Assert that nothing in this HTML runs and no id stands twice; return its text."""
    auditor = Auditor()
    auditor.feed(html)
    auditor.close()
    return "".join(auditor.texts)


def check(source):
    """Assert what holds for the page of any source; return the page's text."""
    rendered = render(source)
    assert rendered == render(source)
    assert sanitise(rendered.html) == rendered.html
    audit(render_inline(source).html)
    return audit(rendered.html)
