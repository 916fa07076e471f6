"""A thousand sources that nobody would write: built by rule from the marks of the dialect.

Always the same thousand. How long such sources take at their worst is measured by
``python -m tests.soak_text``.
"""

import pytest

from tests.text.hostile import sources
from tests.text.invariants import check

FIRST, LAST = "初めの一文です。", "終わりの一文です。"


@pytest.mark.parametrize("source", sources(seed=20261123, count=1_000), ids=range(1_000))
def test_a_hostile_source_harms_nobody_and_swallows_nothing(source):
    check(source)
    text = check(f"{FIRST}\n\n{source}\n\n{LAST}")
    assert FIRST in text and LAST in text
