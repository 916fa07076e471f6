from posts.text import Heading, Picture, render


def html(source, **options):
    return render(source, **options).html


def test_headings_lie_under_the_title_of_the_page():
    assert html("# 大\n\n## 小") == '<h2 id="大">大</h2>\n<h3 id="小">小</h3>'
    assert html("###### 小\n\n# 大").startswith('<h6 id="小">')


def test_headings_that_leave_room_for_the_title_stay():
    assert html("## 大\n\n### 小") == '<h2 id="大">大</h2>\n<h3 id="小">小</h3>'


def test_the_contents_list_headings_without_markup():
    source = "## **ＡＩ**と{漢字|かんじ}[^1]\n\n## ？\n\n<h2>生</h2>\n\n[^1]: 注"
    assert render(source).toc == (
        Heading(2, "aiと漢字", "ＡＩと漢字"),
        Heading(2, "section", "？"),
        Heading(2, "生", "生"),
    )


def test_repeated_headings_get_numbers():
    ids = [heading.id for heading in render("## 次\n\n## 次\n\n## 次-2\n\n## 次").toc]
    assert ids == ["次", "次-2", "次-2-2", "次-3"]


def test_an_id_stands_once():
    source = '<h2 id="a">一</h2>\n\n<h2 id="a">二</h2>\n\n## a'
    assert [heading.id for heading in render(source).toc] == ["a", "二", "a-2"]


def test_a_known_picture_brings_its_address_size_and_text():
    pictures = {"a.png": Picture("/media/a.webp", 1200, 800, "会見")}
    assert html("文![](a.png)", pictures=pictures) == (
        '<p>文<img alt="会見" src="/media/a.webp" width="1200" height="800"'
        ' loading="lazy" decoding="async"></p>'
    )
    assert 'alt="図"' in html("![図](a.png)", pictures=pictures)


def test_a_picture_alone_is_a_figure_with_its_title_as_caption():
    assert html('![図](a.png "会見の<様子>")') == (
        '<figure><img alt="図" src="a.png" loading="lazy" decoding="async">'
        "<figcaption>会見の&lt;様子&gt;</figcaption></figure>"
    )
    assert html("[![図](a.png)](b)").startswith('<figure><a href="b"><img')


def test_links_elsewhere_get_noopener_and_addresses_are_encoded():
    assert html("[字](https://e.jp/東京_(都))") == (
        '<p><a href="https://e.jp/%E6%9D%B1%E4%BA%AC_(%E9%83%BD)" rel="noopener">字</a></p>'
    )
    assert html("[字](/a%20b?x=1&y=2#c)") == '<p><a href="/a%20b?x=1&amp;y=2#c">字</a></p>'
    assert 'rel="noopener sponsored"' in html('<a href="https://e.jp" rel="sponsored">広告</a>')
