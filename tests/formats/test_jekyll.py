import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from posts.formats import Image, Refused, jekyll
from tests.formats.articles import TOKYO, read, source

SEED = Path(__file__).parents[1] / "data" / "seed.txt"


def test_it_reads_the_real_article():
    data = SEED.read_bytes()
    record = jekyll.parse("000_3e446716919703bd.txt", data, zone=TOKYO)
    assert record.key == "000_3e446716919703bd"
    assert record.digest == hashlib.sha256(data).hexdigest()
    assert record.title == "Llama 4の「推論性能2倍」は、何を変えるのか？"
    assert record.date == datetime(2025, 12, 9, 8, 46, 44, tzinfo=UTC)
    assert record.categories == ("投資分析",)
    assert record.tags == ("AI", "最新ニュース", "技術動向", "Meta", "OpenAI", "投資")
    assert record.authors == ("ALLFORCES編集部",)
    assert record.excerpt == "**Meta Llama 4、推論性能2倍に**について詳細に分析します。"
    assert record.reading_time == 8
    assert record.slug == ""
    assert record.redirects == ()
    assert record.published
    assert record.extra == {"layout": "post"}
    assert (record.removed, record.notes) == (0, ())
    assert data.decode().endswith("\n---\n" + record.body)


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("title: 2024", "2024"),
        ("title: on", "on"),
        ("title: 1_000", "1_000"),
        ("title: True", "True"),
        ('title: "  空白  "', "空白"),
        ("title: >\n  二行の\n  題名", "二行の 題名"),
        ("n: &n 12\ntitle: *n", "12"),
        ("b: &b true\ntitle: *b", "true"),
    ],
)
def test_a_title_is_as_typed(line, title):
    record = jekyll.parse("a.md", f"---\n{line}\n---\n".encode(), zone=TOKYO)
    assert record.title == title


@pytest.mark.parametrize(
    "line", ["", "title:", "title: ''", "title: ~", "title: '　'", "title: [速報]"]
)
def test_a_title_is_needed(line):
    with pytest.raises(Refused, match="title"):
        jekyll.parse("a.md", f"---\n{line}\n---\n".encode(), zone=TOKYO)


def test_a_refusal_names_the_line():
    with pytest.raises(Refused) as caught:
        read("layout: post\ndate: いつか")
    assert str(caught.value).startswith("4 行目：日付「いつか」")


def test_the_front_matters_date_wins_over_the_file_names():
    assert read("date : 2015-01-06T19:57").date == datetime(2015, 1, 6, 10, 57, tzinfo=UTC)
    assert read().date == datetime(2024, 1, 1, 15, tzinfo=UTC)
    assert read(name="x.md").date is None


def test_a_bad_date_in_the_file_name_is_refused():
    with pytest.raises(Refused, match="2024-13-45"):
        read(name="2024-13-45-x.md")


@pytest.mark.parametrize(
    ("front", "names"),
    [
        ("categories: AI 投資　分析", ("AI", "投資", "分析")),
        ("category: 投資 分析", ("投資 分析",)),
        ("categories: [b, a, B, ' ', ｂ]", ("b", "a")),
        ("categories:\n  - [x, y]\n  - 2024\ncategory: z", ("x", "y", "2024", "z")),
        ("categories:", ()),
        ("categories: []", ()),
    ],
)
def test_categories(front, names):
    assert read(front).categories == names


@pytest.mark.parametrize(
    ("front", "names"),
    [
        ("tags: AI Meta", ("AI", "Meta")),
        ("tags: 生成 AI, 投資", ("生成 AI", "投資")),
        ("tags: 生成 AI、投資，技術", ("生成 AI", "投資", "技術")),
        ("tags: |\n  生成 AI\n  投資", ("生成 AI", "投資")),
        ("tags: [AI, ＡＩ, ai, '', on, 2024]", ("AI", "on", "2024")),
        ("tags:\n- 一\n- 二", ("一", "二")),
        ("tag: 生成 AI", ("生成 AI",)),
    ],
)
def test_tags(front, names):
    assert read(front).tags == names


def test_a_mapping_among_tags_is_noted():
    record = read("tags: [a, {b: c}]")
    assert record.tags == ("a",)
    assert "tags" in record.notes[0]


@pytest.mark.parametrize(
    ("front", "names"),
    [
        ("author: ALLFORCES 編集部", ("ALLFORCES 編集部",)),
        ("author: 山田\nauthors: [佐藤, 山田]", ("山田", "佐藤")),
        ("author: {name: 山田, email: a@example.com}", ("山田",)),
        ("authors:\n  - name: 山田\n  - 佐藤", ("山田", "佐藤")),
        ("author: 2024", ("2024",)),
        ("author:", ()),
    ],
)
def test_authors(front, names):
    record = read(front)
    assert record.authors == names
    assert record.notes == ()


def test_what_an_author_has_besides_a_name_is_kept():
    assert read("author: {name: 山田, email: a@x.example}").extra == {
        "author": {"name": "山田", "email": "a@x.example"}
    }


def test_an_author_without_a_name_is_noted():
    record = read("author: {email: a@x.example}")
    assert record.authors == ()
    assert "author" in record.notes[0]


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [("8", 8), ('"8"', 8), ("約8分", 8), ("8 min", 8), ("８分", 8), ("12 minutes", 12), ("", None)],
)
def test_reading_time(typed, minutes):
    record = read(f"reading_time: {typed}")
    assert record.reading_time == minutes
    assert record.notes == ()


@pytest.mark.parametrize("typed", ["長い", "0", "-3", "7.5", "true", "[8]", "99999"])
def test_a_bad_reading_time_is_noted_and_kept(typed):
    record = read(f"reading_time: {typed}")
    assert record.reading_time is None
    assert "reading_time" in record.notes[0]
    assert "reading_time" in record.extra


@pytest.mark.parametrize(
    ("typed", "breaks"),
    [("true", True), ("yes", True), ("'on'", True), ("false", False), ("0", False), ("", None)],
)
def test_breaks(typed, breaks):
    record = read(f"breaks: {typed}")
    assert record.breaks is breaks
    assert record.extra == {}


def test_without_breaks_the_file_does_not_say():
    assert read().breaks is None


@pytest.mark.parametrize("typed", ["たぶん", "2", "[true]", "{a: b}"])
def test_other_breaks_are_noted_and_kept(typed):
    record = read(f"breaks: {typed}")
    assert record.breaks is None
    assert "breaks" in record.notes[0]
    assert "breaks" in record.extra


@pytest.mark.parametrize(
    ("front", "image"),
    [
        ("image: /a.png", Image("/a.png")),
        ("image: {path: /a.png, alt: 図, caption: 出典}", Image("/a.png", "図", "出典")),
        ("image: {url: 'https://x.example/a.png'}", Image("https://x.example/a.png")),
        ("image: {src: /a.png, alt: }", Image("/a.png")),
        ("image: [/a.png, /b.png]", Image("/a.png")),
        ("image: {alt: 図}", None),
        ("image:", None),
        ("image: []", None),
    ],
)
def test_image(front, image):
    assert read(front).image == image


@pytest.mark.parametrize("typed", ["false", "no", "off", "0", '"false"', "False", "たぶん"])
def test_published_false_is_a_draft(typed):
    assert not read(f"published: {typed}").published


@pytest.mark.parametrize("front", ["", "published: true", "published: yes", "published:"])
def test_others_are_published(front):
    assert read(front).published


def test_drafts_are_not_published():
    assert not read(name="_drafts/x.md").published
    assert not read("draft: true").published
    assert not read("draft: たぶん").published
    assert not read(draft=True).published
    assert read("draft: false").published


@pytest.mark.parametrize(
    ("name", "front", "slug"),
    [
        ("2024-01-02-Late_Night Post.md", "", "Late_Night-Post"),
        ("2024-01-02-%e6%97%a5%e6%9c%ac%e8.md", "", "日本"),
        ("2024-01-02-x.md", "slug: a/b?c", "a-b-c"),
        ("x.md", "slug: 2024", "2024"),
        ("x.md", "", ""),
    ],
)
def test_slug(name, front, slug):
    assert read(front, name=name).slug == slug


def test_what_is_unknown_is_kept():
    front = "layout: post\nfeatured: true\nweight: 3\nversion: 1.50\nseo: {noindex: ~, k: [a]}"
    assert read(front).extra == {
        "layout": "post",
        "featured": True,
        "weight": 3,
        "version": "1.50",
        "seo": {"noindex": None, "k": ["a"]},
    }


def test_the_body_stays_as_it_is():
    body = "\n\n　字下げ\n---\n{% raw %}{{ x }}{% endraw %}  \n\n"
    assert read(body=body).body == body


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("![図]({{ site.baseurl }}/img/a.png)", "![図](/img/a.png)"),
        ("![図]({{site.url}}{{site.baseurl}}/img/a.png)", "![図](/img/a.png)"),
        ('![図]({{ "/img/a.png" | relative_url }} "題")', '![図](/img/a.png "題")'),
        ("[次](<{{ 'img/a.png' | absolute_url }}>)", "[次](</img/a.png>)"),
        ("[次]({{ '/a/' | prepend: site.baseurl | prepend: site.url }}#b)", "[次](/a/#b)"),
        ('<img src="{{ "/a.png" | relative_url }}">', '<img src="/a.png">'),
        ("[a]: {{ site.url }}/x", "[a]: /x"),
    ],
)
def test_liquid_at_the_beginning_of_an_address_becomes_its_path(typed, plain):
    article = read(body=f"文。\n\n{typed}\n\n文。")
    assert article.body == f"文。\n\n{plain}\n\n文。"
    assert not article.notes


@pytest.mark.parametrize(
    "body",
    [
        "[家]({{ site.baseurl }})",
        "[次]({{ site.baseurl }}{% post_url 2024-01-02-a %})",
        "[次]({{ page.url | relative_url }})",
        "住所は {{ site.url }}/a です。",
        "{% raw %}![図]({{ site.baseurl }}/a.png){% endraw %}",
    ],
)
def test_other_liquid_stays_for_a_person_to_write_anew(body):
    article = read(body=body)
    assert article.body == body
    assert "Liquid" in article.notes[0]


def test_liquid_is_counted():
    body = "{% include a.html %}\n{{ site.title }} {{ a | b: '%' }} { % {{"
    (note,) = read(body=body).notes
    assert "3 か所" in note


def test_windows_newlines_and_a_mark_change_nothing_but_the_digest():
    data = source("date: 2024-01-02", body="一\n二\n")
    plain = jekyll.parse("a.md", data, zone=TOKYO)
    windows = jekyll.parse("a.md", b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n"), zone=TOKYO)
    assert windows.body == plain.body == "一\n二\n"
    assert (windows.title, windows.date) == (plain.title, plain.date)
    assert windows.digest != plain.digest
