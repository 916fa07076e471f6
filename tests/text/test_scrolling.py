import pytest

from posts.text import reachable, render

CASES = {
    "code": ("<pre><code>a</code></pre>", '<pre tabindex="0"><code>a</code></pre>'),
    "a table": (
        '<div class="table-scroll" role="region" tabindex="0"><table></table></div>',
        '<div class="table-scroll" role="group" tabindex="0"><table></table></div>',
    ),
    "words about it": ('<p>div role="region"、&lt;pre&gt;</p>',) * 2,
}


@pytest.mark.parametrize("name", CASES)
def test_what_scrolls_is_reachable(name):
    html, expected = CASES[name]
    assert reachable(html) == expected


def test_what_the_renderer_writes_is_found():
    html = render("| a |\n|---|\n| b |\n\n```\ncode\n```\n").html
    assert 'role="group"' in reachable(html)
    assert reachable(html).count('<pre tabindex="0">') == 1
