from posts.text import render


def html(source, **options):
    return render(source, **options).html


def test_footnotes_link_there_and_back_in_japanese():
    page = html("本文[^注 1]と[^注 1]。\n\n[^注 1]: 注です。")
    assert page.count("本文の注1の位置に戻る") == 2
    ids = {part.split('"')[0] for part in page.split('id="')[1:]}
    targets = {part.split('"')[0] for part in page.split('href="#')[1:]}
    assert ids == targets and len(ids) == 3


def test_footnotes_of_two_articles_do_not_clash():
    one, other = html("一[^1]\n\n[^1]: 注"), html("二[^1]\n\n[^1]: 注")
    assert not {p.split('"')[0] for p in one.split('id="')[1:]} & {
        p.split('"')[0] for p in other.split('id="')[1:]
    }


def test_code_is_coloured_by_classes():
    page = html('```python:app.py\nprint("<b>")\n```')
    assert '<span class="nb">print</span>' in page and "&lt;b&gt;" in page
    assert "style" not in page


def test_code_in_an_unknown_language_is_plain():
    assert html("```zzz\n<b> *a*\n```") == (
        '<div class="codehilite"><pre><code>&lt;b&gt; *a*\n</code></pre></div>'
    )


def test_an_unclosed_fence_is_text():
    assert "<code>" not in html("```\n本文")


def test_a_longer_fence_holds_a_shorter_one():
    assert "```\n字\n```" in html("````\n```\n字\n```\n````")


def test_a_table_aligns_by_class_and_scrolls():
    page = html("|左|右|中|\n|:-|-:|:-:|\n|1|2|3|")
    assert page.startswith('<div class="table-scroll" role="region" tabindex="0" aria-label="表">')
    assert '<td class="align-right">2</td>' in page and "style=" not in page


def test_lists_and_definitions():
    assert html("3. 三\n4. 四").startswith('<ol start="3">')
    assert "<li>三</li>\n</ol>\n<ul>" in html("3. 三\n\n- 点")
    assert html("用語\n: 説明") == "<dl>\n<dt>用語</dt>\n<dd>説明</dd>\n</dl>"
