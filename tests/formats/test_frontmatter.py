import json

import pytest
import yaml

from posts.formats import Refused, frontmatter


@pytest.fixture(params=["CSafeLoader", "SafeLoader"], autouse=True)
def loader(request, monkeypatch):
    monkeypatch.setattr(frontmatter, "_LOADER", getattr(yaml, request.param))


def values(block, **options):
    return frontmatter.load(block, **options).values


def refusal(block):
    with pytest.raises(Refused) as caught:
        frontmatter.load(block)
    return caught.value


def bomb(levels, width=9):
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * width)}]" for n in range(1, levels + 1)]
    return "\n".join(lines)


@pytest.mark.parametrize("end", ["---", "...", "---  "])
def test_it_splits_the_block_from_the_body(end):
    assert frontmatter.split(f"---\ntitle: 題\n{end}\n\n本文\n---\n") == (
        "title: 題\n",
        "\n本文\n---\n",
    )


def test_a_block_may_be_the_whole_file():
    assert frontmatter.split("---\ntitle: 題\n---") == ("title: 題\n", "")


@pytest.mark.parametrize("text", ["", "---", "本文", "\n---\na: 1\n---\n", "----\na: 1\n----\n"])
def test_it_refuses_a_file_without_front_matter(text):
    with pytest.raises(Refused, match="1 行目"):
        frontmatter.split(text)


def test_it_refuses_a_block_without_an_end():
    with pytest.raises(Refused, match="終わりの「---」"):
        frontmatter.split("---\ntitle: 題\n--- 本文\n")


def test_it_reads_json_values():
    block = "a: 1\nb: -2.5\nc: true\nd: ~\ne:\n  - x\n  - {f: 'g'}\n"
    assert values(block) == {"a": 1, "b": -2.5, "c": True, "d": None, "e": ["x", {"f": "g"}]}


@pytest.mark.parametrize(
    "typed",
    [
        "on",
        "no",
        "yes",
        "1_000",
        "0123",
        "1.50",
        "12:30:00",
        "2025-12-09",
        "0x1F",
        "1e5",
        ".inf",
        ".nan",
        "9999999999999999",
    ],
)
def test_what_would_not_be_written_again_alike_stays_text(typed):
    assert values(f"a: {typed}") == {"a": typed}


@pytest.mark.parametrize("typed", ["2024", "on", "1_000", "true", "1.5", "2025-12-09 08:46:44"])
def test_a_text_key_keeps_what_was_typed(typed):
    block = f"title: {typed}\ntags: [{typed}]\n"
    assert values(block, text={"title", "tags"}) == {"title": typed, "tags": [typed]}


def test_keys_are_text():
    assert values("on: 1\n2024: 2\ntrue: 3\n") == {"on": 1, "2024": 2, "true": 3}


@pytest.mark.parametrize("block", ["", "\n", "# 何もない\n"])
def test_an_empty_block_has_no_values(block):
    assert values(block) == {}


def test_an_alias_gives_the_value_again():
    assert values("a: &x [1, 2]\nb: *x\n") == {"a": [1, 2], "b": [1, 2]}


def test_a_merge_key_fills_in_what_is_missing():
    block = "base: &b {a: 1, c: 2}\nd:\n  c: 3\n  <<: *b\n"
    assert values(block)["d"] == {"a": 1, "c": 3}


def test_several_mappings_are_merged_in_order():
    block = "x: &x {a: 1}\ny: &y {a: 2, b: 2}\nd: {<<: [*x, *y]}\n"
    assert values(block)["d"] == {"a": 1, "b": 2}


def test_a_merge_of_something_else_is_an_ordinary_key():
    assert values("<<: 1\n") == {"<<": 1}


def test_it_knows_the_lines_of_the_file():
    assert frontmatter.load("title: 題\nlist:\n  - a\ndate: x\n").lines == {
        "title": 2,
        "list": 3,
        "date": 5,
    }


def test_escaped_control_characters_are_removed():
    loaded = frontmatter.load('a: "x\\0y\\ez"\n')
    assert (loaded.values, loaded.removed) == ({"a": "xyz"}, 2)


def test_it_refuses_a_repeated_key_and_names_it():
    refused = refusal("title: 一\ntags: []\ntitle: 二\n")
    assert refused.line == 4
    assert "title" in refused.what


def test_it_refuses_a_repeated_key_deep_down():
    assert refusal("a:\n  - b: 1\n    b: 2\n").line == 4


@pytest.mark.parametrize(
    "block",
    [
        "a: !!python/object/apply:os.system ['true']\n",
        "a: !!python/object:posts.models.Post {}\n",
        "a: !!python/name:os.system\n",
        "a: !!binary aGVsbG8=\n",
        "a: !!set {x, y}\n",
        "a: !ruby/object:Gem::Installer {}\n",
        "!!python/tuple [a]\n",
        "%TAG ! tag:yaml.org,2002:python/\n---\na: !object/apply:os.system [x]\n",
    ],
)
def test_it_refuses_tags_that_make_objects(block):
    assert "タグ" in refusal(block).what


@pytest.mark.parametrize("block", ["a: !!str 2024", "a: ! 2024"])
def test_a_tag_can_ask_for_text(block):
    assert values(block) == {"a": "2024"}


@pytest.mark.parametrize("levels", [4, 9, 40])
def test_it_refuses_a_bomb(levels):
    assert "多すぎ" in refusal(bomb(levels)).what


def test_it_refuses_a_bomb_of_one_long_text():
    block = f"a: &a {'x' * 40_000}\nb: [{', '.join(['*a'] * 4_000)}]\n"
    assert "多すぎ" in refusal(block).what


def test_it_refuses_a_bomb_of_merges():
    lines = ["a0: &a0 {" + ", ".join(f"k{n}: 1" for n in range(400)) + "}"]
    lines += [f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}]}}" for n in range(1, 30)]
    assert "多すぎ" in refusal("\n".join(lines)).what


def test_what_is_under_the_limits_is_read_in_full():
    assert len(json.dumps(values(bomb(2)))) > 9**3


@pytest.mark.parametrize("block", ["a: &a [*a]\n", "a: &a {b: *a}\n", "a: *b\n"])
def test_it_refuses_an_alias_to_itself_or_to_nothing(block):
    assert refusal(block).what


@pytest.mark.parametrize(
    "block",
    ["a: " + "[" * 60_000, "a: " + "{a: " * 10_000, "[" * 100_000, "- " * 30_000, "? " * 30_000],
)
def test_it_refuses_deep_nesting(block):
    assert refusal(block).what


def test_twenty_levels_are_allowed():
    assert values("a: " + "[" * 19 + "]" * 19)
    assert "深すぎ" in refusal("a: " + "[" * 20 + "]" * 20).what


def test_it_refuses_a_large_block():
    assert "64 KB" in refusal("a: " + "あ" * 22_000).what


@pytest.mark.parametrize(
    ("block", "line"),
    [("a: 1\ntitle: AI: 未来\n", 3), ("a: 1\n\tb: 2\n", 3), ("a: 1\nb: @x\n", 3), ("a: '\n", None)],
)
def test_broken_yaml_is_refused_with_its_line(block, line):
    refused = refusal(block)
    assert "YAML" in refused.what
    assert line in (None, refused.line)


@pytest.mark.parametrize(
    "block",
    [
        "題名だけ",
        "- a\n- b\n",
        "[a]: 1\n",
        "{a: 1}: 2\n",
        "a: 1\n--- \nb: 2\n",
        "a: &x [1]\n*x : 2\n",
    ],
)
def test_it_refuses_what_is_no_mapping_of_names(block):
    refusal(block)


@pytest.mark.parametrize("block", ['a: "\\UFFFFFFFF"', 'a: "\\ud800"', "a: \ud800", "a: \0", "%Y"])
def test_impossible_characters_end_in_a_refusal_or_are_dropped(block):
    try:
        found = values(block)
    except Refused:
        return
    assert found == {"a": ""}
