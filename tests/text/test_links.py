"""Links between articles, and what an article says of its links, headings and pictures."""

from posts.text import Link, Linked, post_slugs, render

POSTS = {
    "known": Linked("/posts/known/", "知られた記事"),
    "日本語": Linked("/posts/日本語/", "日本語の題"),
}


def test_a_link_by_slug_leads_to_the_article():
    rendered = render("[前回](post:known)を読む", posts=POSTS)
    assert rendered.html == '<p><a href="/posts/known/">前回</a>を読む</p>'
    assert rendered.broken == ()


def test_an_empty_link_says_the_title():
    rendered = render("[](post:日本語)", posts=POSTS)
    assert ">日本語の題</a>" in rendered.html
    assert rendered.text == "日本語の題"


def test_a_link_that_leads_nowhere_is_its_text_and_is_reported():
    rendered = render("[前回](post:gone)と[次回](post:Gone)と[**他**](POST:away)", posts=POSTS)
    assert rendered.html == "<p>前回と次回と<strong>他</strong></p>"
    assert rendered.broken == ("gone", "away")


def test_no_post_address_is_left_in_what_readers_get():
    assert "post:" not in render('<a href="post:x">a</a><a HREF="POST:y">b</a>').html


def test_the_slugs_of_a_source_are_found_in_every_notation():
    source = '[a](post:one)\n[b]: post:two "題"\n<a href="post:%E4%B8%89">c</a> [d](<post:四>)'
    assert post_slugs(source) == ("one", "two", "三", "四")


def test_an_escaped_character_of_a_slug_is_that_character():
    source = r"[a](post:foo\_bar) [b](<post:foo\-bar>)"
    assert post_slugs(source) == render(source).broken == ("foo_bar", "foo-bar")


def test_an_address_that_may_not_be_shown_leaves_the_text():
    assert render("[字](javascript:alert(1))").html == "<p>字</p>"


def test_links_are_listed_with_their_text():
    source = "[**太**い](https://e.jp/)と[![絵](a.png)](/b)[^1]\n\n[^1]: 注"
    assert render(source).links == (Link("https://e.jp/", "太い"), Link("/b", "絵"))


def test_the_first_picture_is_named():
    assert render("文\n\n![a](/一.png)\n\n![b](/2.png)").image == "/%E4%B8%80.png"
    assert render("文").image == ""


def test_the_contents_are_two_levels_of_three_headings_at_least():
    few = render("## 一\n\n### 二\n\n#### 三")
    assert few.toc == () and [heading.text for heading in few.outline] == ["一", "二", "三"]
    enough = render("## 一\n\n### 二\n\n#### 三\n\n## 四")
    assert [heading.text for heading in enough.toc] == ["一", "二", "四"]


def test_a_link_leads_to_a_heading_of_another_article():
    rendered = render("[結び](post:known#結び)", posts=POSTS)
    assert '<a href="/posts/known/#%E7%B5%90%E3%81%B3">結び</a>' in rendered.html
    assert rendered.broken == () and post_slugs("[a](post:known#結び)") == ("known",)


def test_a_heading_that_takes_its_words_from_a_title_has_the_id_of_what_readers_see():
    source = "## [](post:x)\n\n## 同じ題\n\n## [](post:x) {#own}"

    def ids(title):
        return [h.id for h in render(source, posts={"x": Linked("/posts/x/", title)}).outline]

    assert ids("同じ題") == ["同じ題", "同じ題-2", "own"]
    assert ids("新しい題") == ["新しい題", "同じ題", "own"]
