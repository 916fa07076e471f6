"""What holds for every source, tried on articles built from the dialect and on any text at all."""

from hypothesis import assume, given
from hypothesis import strategies as st

from posts.text import clean, render
from tests.text.hostile import tokens
from tests.text.invariants import audit, check

# Each of these is what was written and the letters that a reader must see of it, in order: those
# of words, code, readings, captions and titles; not those of addresses, languages and kinds.
LETTERS = "あいうかがんアイウー漢字語々文章縦書abcXYZé한"
words = st.text(LETTERS, min_size=1, max_size=6).map(lambda word: (word, word))


def piece(form, *parts):
    """Return a strategy for pieces: ``form`` with what was written of each part in its place."""
    parts = [part if isinstance(part, st.SearchStrategy) else st.just(part) for part in parts]
    return st.tuples(*parts).map(lambda found: fill(form, found))


def fill(form, parts):
    return form.format(*(source for source, _ in parts)), "".join(seen for _, seen in parts)


def joined(separator, parts, most=4):
    """Return a strategy for some of these parts in a row."""
    return st.lists(parts, min_size=1, max_size=most).map(
        lambda found: (separator.join(source for source, _ in found), "".join(s for _, s in found))
    )


ADDRESS = ("https://example.jp/a ", "httpsexamplejpa")
phrases = words | st.one_of(
    piece("**{}**", words),
    piece("*{}*", words),
    piece("~~{}~~", words),
    piece("`{}`", words),
    piece("《《{}》》", words),
    piece("{{{}|{}}}", words, words),
    piece("｜{}《{}》", words, words),
    piece("[{}](https://example.jp/b)", words),
    piece('[{}](/c "題")', words),
    piece("<b>{}</b>", words),
    piece("<{}>".format("https://example.jp/a"), ADDRESS),
    piece("{}[^1]", words),
    piece("{}、", words),
    piece("{}\n{}", words, words),
    piece("12月{}!?", words).map(lambda found: (found[0], "月" + found[1])),
    st.just(ADDRESS),
)
lines = joined("", words | piece("**{}**", words) | piece("{{{}|{}}}", words, words))
prose = joined("", phrases, most=6)


def prefixed(first, rest):
    """Return what puts a block into a container: marks before its first and its other lines."""
    return lambda block: (
        first + block[0].replace("\n", f"\n{rest}"),
        block[1],
    )


leaves = prose | st.one_of(
    piece("## {}", lines),
    piece("{}\n---", lines),
    piece("```python:{}\n{} = 1\n```", words, words),
    piece("~~~\n{}\n\n{}\n~~~", words, words),
    piece("|{}|{}|\n|-|:-:|\n|{}|{}|", *[lines] * 4),
    piece("{}\n: {}\n: {}", *[lines] * 3),
    piece("![代替](a.png)\n*{}*", words),
    piece("<div>\n\n{}\n\n</div>", prose),
    piece("<!-- 注 -->\n\n{}", prose),
    piece("___\n\n{}", prose),
)


def containers(inner):
    blocks = joined("\n\n", inner, most=3)
    return st.one_of(
        blocks.map(prefixed("- ", "  ")),
        blocks.map(prefixed("3. ", "   ")),
        blocks.map(prefixed("> ", "> ")),
        joined("\n", prose.map(prefixed("- ", "  "))),
        joined("\n", prose.map(prefixed("- [x] ", "  "))),
        piece(":::message\n{}\n:::", blocks),
        piece(":::details {}\n{}\n:::", lines, blocks),
        piece('!!! note "{}"\n{}', words, blocks.map(prefixed("    ", "    "))),
    )


# A title is a caption where the picture has a paragraph: not in the items of a tight list.
captions = piece('![代替](a.png "{}")', words)
articles = joined("\n\n", st.recursive(leaves, containers, max_leaves=8) | captions, most=6)


def letters(text):
    return "".join(filter(str.isalpha, text))


def body(html):
    return html.partition('<div class="footnote">')[0]


@given(articles)
def test_an_article_shows_its_letters_in_order_and_no_others(article):
    source, seen = article
    rendered = render(f"{source}\n\n[^1]: 注")
    assert not rendered.as_typed
    assert letters(audit(body(rendered.html))) == letters(seen)


@given(articles)
def test_an_article_keeps_what_holds_for_every_page(article):
    check(f"{article[0]}\n\n[^1]: 注")


# No marks here behind which letters are no text: addresses, HTML, entities, labels, languages.
MARKS = "*_~#>-+.=\\`《》｜^()\"'!?、。「」…1203 \n\t\u3000"


@given(st.text(LETTERS + MARKS) | st.text(st.characters(exclude_characters="<&[]{}:|@!")))
def test_any_text_shows_its_letters_in_order(text):
    assume(not any(mark in text for mark in ("```", "~~~", "!!!")))
    assert letters(audit(render(text).html)) == letters(clean(text)[0])


@given(st.text() | st.lists(st.sampled_from(tokens()), max_size=40).map("".join))
def test_what_holds_for_every_page_holds_for_any_text(text):
    check(text)
