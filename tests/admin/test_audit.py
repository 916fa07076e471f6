"""The audit log on the desk: filters, and the file that spreadsheets open."""

import csv
import io
from datetime import timedelta

import pytest
from django.utils import timezone

from posts.admin.audit import harmless
from posts.models import Beat, Category, Event
from tests.admin.desk import seen
from tests.cast import begin, minute

pytestmark = pytest.mark.django_db
LOG = "/admin/posts/event/"


def table(answer):
    """Return the rows of a CSV file, the headings first."""
    raw = b"".join(answer.streaming_content)
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def test_the_file_holds_what_the_list_shows(client, chief, writer):
    begin(by=writer, title="一本目", now=minute(0)).submit(
        writer, note="お願いします", now=minute(1)
    )
    begin(by=writer, title="二本目")
    client.force_login(chief)
    answer = client.get(f"{LOG}csv/?move__exact=submit")
    assert answer["Content-Disposition"].startswith('attachment; filename="audit-')
    assert "no-store" in answer["Cache-Control"]
    headings, *rows = table(answer)
    assert headings == ["日時", "操作", "題", "人", "版", "メモ", "詳細"]
    assert rows == [
        ["2026-04-01 09:01:00", "確認に出す", "一本目", "writer", "1", "お願いします", ""]
    ]


@pytest.mark.parametrize(
    "text", ["=1+1", "+81", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "　=1", "＝1", "\n=1"]
)
def test_no_cell_is_a_formula(text):
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "題名", "1=1", "2026-04-01"])
def test_other_cells_stay(text):
    assert harmless(text) == text


def test_a_title_that_is_a_formula_is_defused_in_the_file(client, chief):
    begin(title='=HYPERLINK("http://x","y")')
    client.force_login(chief)
    [_, row] = table(client.get(f"{LOG}csv/?move__exact=create"))
    assert row[2] == '\'=HYPERLINK("http://x","y")'


def test_commas_quotes_and_newlines_come_back(client, chief, writer):
    note = '一行目,"引用"\n二行目'
    begin(by=writer).submit(writer, note=note)
    client.force_login(chief)
    [_, row] = table(client.get(f"{LOG}csv/?move__exact=submit"))
    assert row[5] == note


def test_writing_out_is_logged(client, chief):
    client.force_login(chief)
    table(client.get(f"{LOG}csv/"))
    assert Event.objects.get(move="export").by == chief


def test_filters(client, chief, writer):
    now = timezone.now()
    begin(by=writer, title="きょうの原稿", now=now)
    begin(by=None, title="昔の原稿", now=now - timedelta(days=40))
    client.force_login(chief)
    for query, there, gone in (
        ("period=week", "きょうの原稿", "昔の原稿"),
        (f"by={writer.pk}", "きょうの原稿", "昔の原稿"),
        ("by=none", "昔の原稿", "きょうの原稿"),
        ("q=昔", "昔の原稿", "きょうの原稿"),
    ):
        page = seen(client.get(f"{LOG}?{query}"))
        assert there in page, query
        assert gone not in page, query


@pytest.mark.parametrize(
    "query", ["by=x", "by=99999999999", "period=x", "post=1", "title__regex=a"]
)
def test_odd_questions_break_nothing(client, chief, query):
    client.force_login(chief)
    assert client.get(f"{LOG}?{query}").status_code in {200, 302, 400}
    assert client.get(f"{LOG}csv/?{query}").status_code in {200, 302, 400, 404}


def test_one_manuscripts_log_for_who_may_see_it(client, writer, another_writer):
    post = begin(by=writer)
    client.force_login(writer)
    assert len(table(client.get(f"{LOG}csv/{post.pk}/"))) == 2
    client.force_login(another_writer)
    hidden, missing = (client.get(f"{LOG}csv/{pk}/") for pk in (post.pk, 99999))
    assert hidden.status_code == missing.status_code == 404


def test_a_restricted_editor_takes_along_only_the_own_beat(client, editor):
    politics, sports = (
        Category.objects.create(name=name, slug=slug) for name, slug in (("政", "a"), ("体", "b"))
    )
    Beat.objects.create(user=editor, category=politics)
    begin(title="政治", category=politics.pk)
    begin(title="体育", category=sports.pk)
    client.force_login(editor)
    titles = {row[2] for row in table(client.get(f"{LOG}csv/"))[1:]}
    assert titles >= {"政治"}
    assert "体育" not in titles


def test_the_list_asks_the_same_for_one_and_for_many(client, chief, django_assert_max_num_queries):
    client.force_login(chief)
    begin()
    client.get(LOG)
    with django_assert_max_num_queries(9):
        client.get(LOG)
    for number in range(30):
        begin(title=f"{number}")
    with django_assert_max_num_queries(9):
        client.get(LOG)
