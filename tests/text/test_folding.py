import pytest
from hypothesis import given
from hypothesis import strategies as st

from posts.text import fold


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("AI", "ＡＩ"),
        ("ai", "AI"),
        ("生成 AI", "生成　ＡＩ "),
        ("スタートアップ", "ｽﾀｰﾄｱｯﾌﾟ"),
        ("㈱原稿", "(株)原稿"),
        ("東京〜大阪", "東京～大阪"),
        ("GPT-4", "GPT‐4"),
        ("GPT-4", "GPT–4"),
        ("GPT-4", "GPT—4"),
        ("GPT-4", "GPT―4"),
        ("GPT-4", "GPT−4"),
        ("GPT-4", "GPT－4"),
        ("GPT-4", "GPTー4"),
        ("GPT-4", "GPTｰ4"),
        ("葛城", "葛󠄀城"),
        ("Straße", "STRASSE"),
        ("AI", "A\u200bI"),
        ("①", "1"),
        ("½", "1\u20442"),
        ("…", "..."),
        ("！", "!"),
        ("㎡", "m2"),
        ("㋿", "令和"),
        ("\ufa19田", "\u795e田"),
        ("\ufa10本", "\u585a本"),
        ("ガス", "カ\u3099ス"),
        ("ぱん", "は\u309aん"),
        ("スーパー", "ｽｰﾊﾟｰ"),
        ("café", "cafe\u0301"),
        ("東京〜大阪", "東京~大阪"),
    ],
)
def test_spellings_of_one_name_have_one_key(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("C++", "C#"),
        ("C", "C++"),
        (".NET", "NET"),
        ("R&D", "RD"),
        ("データ", "データー"),
        ("ハハ", "パパ"),
        ("りんご", "リンゴ"),
        ("AI", "A I"),
        ("髙橋", "高橋"),
        ("山\ufa11", "山崎"),
    ],
)
def test_different_names_keep_different_keys(one, other):
    assert fold(one) != fold(other)


def test_the_kana_mark_stays_beside_kana():
    assert fold("コンピューター") == "コンピューター"
    assert fold("Ａーカ") == "aーカ"


@given(st.text())
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet="ー-ｰカか A‐—〜～\u200b\ufe0f\u3099ﾞ"))
def test_folding_marks_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)
