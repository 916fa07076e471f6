import pytest

from posts.text import render

RUBY = "<ruby>漢字<rp>（</rp><rt>かんじ</rt><rp>）</rp></ruby>"


def html(source, **options):
    return render(source, **options).html


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("これは**「強調」**の例。", "これは<strong>「強調」</strong>の例。"),
        ("**重要。**次の文。", "<strong>重要。</strong>次の文。"),
        ("**強調（きょう）**です", "<strong>強調（きょう）</strong>です"),
        ("これは*強調*は", "これは<em>強調</em>は"),
        ("これは_強調_は", "これは_強調_は"),
        ("~~取消~~と～～波～～", "<s>取消</s>と～～波～～"),
        ("5*3*2は三十", "5*3*2は三十"),
        (r"\*\*そのまま\*\*", "**そのまま**"),
        ('"はい"と', '"はい"と'),
    ],
)
def test_emphasis_beside_japanese(source, expected):
    assert html(source) == f"<p>{expected}</p>"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("漢字《かんじ》", RUBY),
        ("｜漢字《かんじ》", RUBY),
        ("{漢字|かんじ}", RUBY),
        ("お漢字《かんじ》", "お" + RUBY),
        ("｜AI《エーアイ》", "<ruby>AI<rp>（</rp><rt>エーアイ</rt><rp>）</rp></ruby>"),
        ("『罪と罰』は《罪と罰》", "『罪と罰』は《罪と罰》"),
        ("小説《罪と罰》", "小説《罪と罰》"),
        ("`漢字《かんじ》`", "<code>漢字《かんじ》</code>"),
        ("`{漢字|かんじ}`", "<code>{漢字|かんじ}</code>"),
        (r"漢字\《かんじ》", "漢字《かんじ》"),
        (r"\{漢字|かんじ}", "{漢字|かんじ}"),
        ("**{漢字|かんじ}**", f"<strong>{RUBY}</strong>"),
        ("<ruby>漢字<rt>かんじ</rt></ruby>", RUBY),
    ],
)
def test_ruby_notations(source, expected):
    assert html(source) == f"<p>{expected}</p>"


def test_ruby_over_each_character():
    assert html("{東京|とう|きょう}") == (
        "<p><ruby>東<rp>（</rp><rt>とう</rt><rp>）</rp>京<rp>（</rp><rt>きょう</rt><rp>）</rp></ruby></p>"
    )


def test_ruby_in_a_table():
    assert RUBY in html("|a|b|\n|-|-|\n|{漢字\\|かんじ}|2|")


def test_a_narrow_bar_begins_ruby_too():
    assert html("名は|漢字《かんじ》") == f"<p>名は{RUBY}</p>"
    assert html("監督|《七人の侍》と{漢字|かんじ}、《罪と罰》") == (
        f"<p>監督|《七人の侍》と{RUBY}、《罪と罰》</p>"
    )


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("*字**字*字", "<em>字**字</em>字"),
        ("***。*~*a*", "<em><em><em>。</em>~</em>a</em>"),
        ("**_字__字《a*《*", "**_字__字《a<em>《</em>"),
        ("***a** b*", "<em><strong>a</strong> b</em>"),
        ("***a* b**", "<strong><em>a</em> b</strong>"),
        ("**a ~~b~~ *c***", "<strong>a <s>b</s> <em>c</em></strong>"),
    ],
)
def test_marks_of_emphasis_that_cross_or_miss_lose_no_letter(source, shown):
    assert render(source).html == f"<p>{shown}</p>"
