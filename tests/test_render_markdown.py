"""render_markdown: Markdown in, HTML out, and nothing else; no database."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from posts import text

LONG = "これは**本文**の文です。\n次の行。\n\n" * 5


def command(*arguments, given=b"", **environment):
    """Run the command as its caller does; `given` are the bytes of standard input."""
    return subprocess.run(
        [sys.executable, "manage.py", "render_markdown", *map(str, arguments)],
        cwd=settings.BASE_DIR,
        env=os.environ | environment,
        input=given,
        capture_output=True,
        check=False,
    )


def out(done):
    """Return what a run wrote; fail when it did not end well or complained."""
    assert (done.returncode, done.stderr.decode()) == (0, "")
    return done.stdout.decode()


def refusal(done):
    """Return the sentence of a run that was refused and wrote nothing."""
    assert (done.returncode, done.stdout) == (1, b"")
    sentence = done.stderr.decode()
    assert "Traceback" not in sentence
    return sentence


def test_a_file_becomes_html(tmp_path):
    path = tmp_path / "記事.md"
    path.write_text("## 題\n\n**本文**です。\n次の行。\n")
    html = out(command(path))
    assert '<h2 id="題">題</h2>' in html
    assert html.endswith("<p><strong>本文</strong>です。次の行。</p>\n")


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_front_matter_is_no_text(tmp_path, newline):
    path = tmp_path / "記事.md"
    source = "---\ntitle: 題\ntags: [甲, 乙]\n---\n本文です。\n"
    path.write_text(source, newline=newline, encoding="utf-8-sig")
    assert out(command(path)) == "<p>本文です。</p>\n"
    assert json.loads(out(command("--json", given=json.dumps([source]).encode()))) != [
        "<p>本文です。</p>"
    ]


@pytest.mark.parametrize("given", ["---\n本文。\n\n---\n続き。", "---\n本文：**太字**", "---"])
def test_a_rule_at_the_top_is_no_front_matter(capsys, tmp_path, given):
    path = tmp_path / "x.md"
    path.write_text(given)
    call_command("render_markdown", str(path))
    assert capsys.readouterr().out.strip() == text.render(given).html


@pytest.mark.parametrize("arguments", [(), ("-",)])
def test_without_a_file_it_reads_what_it_is_given(arguments):
    given = "\ufeffbyte order mark".encode()
    assert out(command(*arguments, given=given)) == "<p>byte order mark</p>\n"


def test_every_newline_can_be_kept():
    given = "一行目\n二行目".encode()
    assert "<br>" in out(command("--breaks", given=given))
    assert "<br>" not in out(command(given=given))


def test_a_list_becomes_a_list():
    given = json.dumps(["**太字**", "", "一\n二", "\ud800壊れた文字"]).encode()
    html = json.loads(out(command("--json", "--breaks", given=given)))
    assert html[:2] == ["<p><strong>太字</strong></p>", ""]
    assert "<br>" in html[2]
    assert html[3] == "<p>壊れた文字</p>"


def test_an_empty_list_is_an_empty_list():
    assert json.loads(out(command("--json", given=b"[]"))) == []


def test_a_thousand_sources_are_rendered_one_by_one():
    sources = [f"{LONG}story-{number}." for number in range(1000)]
    html = json.loads(out(command("--json", given=json.dumps(sources).encode())))
    assert [f"story-{number}." in page for number, page in enumerate(html)] == [True] * 1000


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (b"", "1行目の1文字目"),
        (b'["a"', "JSON として読めません"),
        (b'["a"]\n["b"]', "2行目の1文字目"),
        (b"[" * 100_000, "JSON として読めません"),
        (b"[" + b"9" * 5_000 + b"]", "JSON として読めません"),
        (b'{"a": "b"}', "配列ではありません"),
        (b'"a"', "配列ではありません"),
        (b"null", "配列ではありません"),
        (b'["a", 1]', "2番目が文字列ではありません"),
        (b'["a", ["b"]]', "2番目が文字列ではありません"),
        ("[あ]".encode("cp932"), "1行目が UTF-8 ではありません"),
    ],
)
def test_what_is_no_list_of_texts_is_refused_in_a_sentence(tmp_path, capsys, given, why):
    path = tmp_path / "x.json"
    path.write_bytes(given)
    with pytest.raises(CommandError, match=why):
        call_command("render_markdown", str(path), "--json")
    assert capsys.readouterr().out == ""


def test_a_refusal_ends_with_1_and_names_where_it_came_from():
    assert refusal(command("--json", given=b"{}")) == (
        "CommandError: 標準入力：JSON の配列ではありません。\n"
    )


def test_what_is_not_utf_8_is_refused_with_its_line():
    given = "一行目\n".encode() + "二行目".encode("euc_jp")
    assert "2行目が UTF-8 ではありません" in refusal(command(given=given))


@pytest.mark.parametrize("name", ["ない.md", "."])
def test_a_file_that_is_none_is_refused_by_name(tmp_path, name):
    assert f"{tmp_path / name}：開けません" in refusal(command(tmp_path / name))


def test_it_asks_for_no_database_and_makes_none(tmp_path):
    nowhere = "postgresql://nobody@127.0.0.1:1/none"
    html = out(command(given="本文".encode(), VAR_DIR=str(tmp_path), DATABASE_URL=nowhere))
    assert html == "<p>本文</p>\n"
    # The settings keep their key there: with no environment at all, nothing else is made.
    environment = {"VAR_DIR": str(tmp_path), "DATABASE_URL": ""}
    assert out(command(given="本文".encode(), **environment)) == "<p>本文</p>\n"
    assert {path.name for path in tmp_path.iterdir()} <= {"secret_key"}
