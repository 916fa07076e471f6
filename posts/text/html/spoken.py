"""What a screen reader makes of a page: for pages only.

Of ruby it reads the word and not its reading too; notes, their marks and the ways back say what
they are. DPUB-ARIA 1.1 names the roles; feeds and mails have no use for them.
"""

import re

# Readings are hidden, and the base stays: what was written can be spelled out, kanji by kanji.
_READING = re.compile(r"<(rt|rp)>")
_MARK = re.compile(r'(<a class="footnote-ref"[^<>]*)>(\d+)</a>')
_BACK = re.compile(r'(<a class="footnote-backref"[^<>]* title="([^"<>]*)")')
_LIST = '<div class="footnote">'
_SECTION = '<section class="footnote" role="doc-endnotes" aria-label="注">'
_NOTES = re.compile(rf"{_LIST}(\s*<hr>\s*<ol>.*</ol>\s*)</div>\s*\Z", re.DOTALL)


def spoken(html: str) -> str:
    """Return rendered HTML that is read once, and whose notes are named."""
    html = _READING.sub(r'<\1 aria-hidden="true">', html)
    if 'class="footnote' not in html:
        return html
    html = _MARK.sub(r'\1 role="doc-noteref" aria-label="注\2">\2</a>', html)
    html = _BACK.sub(r'\1 role="doc-backlink" aria-label="\2"', html)
    if html.count(_LIST) != 1:  # a writer's own, too: whose end is whose would be a guess
        return html
    return _NOTES.sub(rf"{_SECTION}\1</section>", html)
