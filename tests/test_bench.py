"""What measures is itself right: bounds, what wrk says, and the page that is written."""

import xml.etree.ElementTree as ET

import pytest

from tests.bench import load, press, report
from tests.bench.figures import Figure, of_times
from tests.bench.pace import Times
from tests.bench.plot import bars
from tests.bench.runs import Run

WRK = """Running 1s test @ http://127.0.0.1:1/
  1 threads and 16 connections
  Latency Distribution
     50%    0.94ms
     99%  {p99}
  13787 requests in 3.30s, 257.27MB read
{wrong}Requests/sec:   4178.10
"""


def figure(value, **told):
    return Figure(subject="text", name="x", value=value, **told)


@pytest.mark.parametrize(
    ("value", "least", "holds"), [(9, False, True), (11, False, False), (9, True, False)]
)
def test_a_bound_is_the_most_or_the_least(value, least, holds):
    assert figure(value, bound=10, least=least).holds is holds


def test_what_has_no_bound_holds():
    assert figure(9e9).holds


def test_times_are_told_by_their_median_and_the_worst():
    found = of_times("text", "x", [0.003, 0.001, 0.5], bound=4)
    assert (found.value, found.worst, found.holds) == (3, 500, True)


def test_a_slow_moment_is_told_apart_from_a_slow_page():
    times = Times()
    for seconds, slow in [(0.006, 2), (0.003, 1), (0.012, 3)]:
        times.add(seconds, slow)
    found = times.figure("rendering", "x", bound=4)
    assert (found.value, round(found.usual, 1), found.holds) == (6, 3, False)
    assert "6.0 ms ✗、ふだんの速さなら 3.0 ms" in str(found)


@pytest.mark.parametrize(("p99", "ms"), [("980.00us", 0.98), ("7.50ms", 7.5), ("1.20s", 1200)])
def test_wrk_is_understood(p99, ms):
    run = load.parsed(WRK.format(p99=p99, wrong=""))
    assert run == (13787, 4178.10, pytest.approx(ms))


@pytest.mark.parametrize("wrong", ["  Non-2xx or 3xx responses: 1\n", "  Socket errors: read 1\n"])
def test_a_run_with_errors_is_no_figure(wrong):
    with pytest.raises(RuntimeError):
        load.parsed(WRK.format(p99="1.00ms", wrong=wrong))


def answered(**rates):
    """Return a round in which these servers answered so many requests a second."""
    return {getattr(press, name): press.Taken(rate, 1.0, 50) for name, rate in rates.items()}


def test_a_ratio_is_of_the_rounds_in_which_both_met():
    case = press.Case("記事", "", "/", {})
    rounds = [
        answered(PLAIN_FILE=100, BEFORE=90, OWN_SERVER=60, CONSTANT=100),
        answered(OWN_SERVER=95, CONSTANT=100),
        answered(OWN_SERVER=98, CONSTANT=100),
    ]
    found = {figure.subject: figure.value for figure in press.figures(case, rounds)}
    assert found == {"front": 0.9, "own": 0.6, "constant": 0.95, "p99": 1.0}


def run(size, database="sqlite", **subjects):
    """Return a run that found the values of `subjects`, each for one name."""
    figures = [
        Figure(subject=subject, name="記事", value=value, bound=10, growth=1.5)
        for subject, value in subjects.items()
    ]
    return Run(database, size, "SQLite 3.45", "2026-01-02", 5, 2, figures)


@pytest.fixture
def written(tmp_path, monkeypatch):
    """Write the page of some runs; return its text, and what was said."""
    monkeypatch.setattr(report, "DOCS", tmp_path)
    monkeypatch.setattr(report, "programs", lambda: "nginx/1.0")

    def write(*runs):
        code = report.write(list(runs))
        return (tmp_path / "performance.md").read_text(), code

    return write


def test_growth_is_that_of_the_page_and_not_of_the_machine(written):
    told = {"subject": "rendering", "name": "記事", "growth": 1.5}
    small = Figure(value=4, usual=4, **told)
    large = Figure(value=9, usual=5, **told)
    runs = [
        Run("sqlite", size, "SQLite 3.45", "2026-01-02", 5, 2, [one])
        for size, one in ((1000, small), (100_000, large))
    ]
    page, code = written(*runs)
    assert "| 4.0 ms（4.0） | 9.0 ms（5.0） | 1.2 | 達成 |" in page
    assert code == 0


def test_all_sizes_stand_side_by_side(written):
    page, code = written(
        run(1000, rendering=4), run(10_000, rendering=5), run(100_000, rendering=6)
    )
    assert "| 4.0 ms | 5.0 ms | 6.0 ms | 1.5 | 達成 |" in page
    assert "1 項目のうち、1 項目が目標に届きました。" in page
    assert code == 0


def test_what_is_beyond_its_bound_or_grows_too_much_is_named(written):
    page, code = written(run(1000, rendering=4), run(100_000, rendering=12))
    assert "| 4.0 ms | **12.0 ms** | **3.0** | ✗ 100,000 本、増え方 |" in page
    assert "- **しまわれていないページを作る時間（SQLite）** 記事（100,000 本、増え方）" in page
    assert code == 1


def test_each_database_has_its_table_and_its_plot(written, tmp_path):
    page, _ = written(run(1000, rendering=4), run(1000, "postgresql", rendering=5))
    assert page.index("**SQLite**") < page.index("4.0 ms") < page.index("**PostgreSQL**")
    for database in ("sqlite", "postgresql"):
        assert f"](performance-{database}.svg)" in page
        assert (tmp_path / f"performance-{database}.svg").exists()


def test_what_needs_no_database_is_told_once(written):
    page, _ = written(run(1000, text=4), run(100_000, text=5))
    assert "4.0 ms" in page
    assert "5.0 ms" not in page


def test_a_size_that_lacks_a_figure_leaves_its_place_empty(written):
    page, _ = written(run(1000, rendering=4), run(10_000), run(100_000, rendering=5))
    assert "| 4.0 ms |  | 5.0 ms | 1.2 | 達成 |" in page


def test_nothing_measured_is_said(capsys):
    assert report.write([]) == 1
    assert "まだ測っていません" in capsys.readouterr().out


def test_bars_are_as_long_as_their_values():
    drawing = bars(["一", "二"], {"記事": [0.95, 0.6], "トップ": [None, 0.3]}, line=1, digits=2)
    found = ET.fromstring(drawing).iter("{http://www.w3.org/2000/svg}rect")
    lengths = [float(bar.get("width")) for bar in found if bar.get("class")]
    assert lengths == pytest.approx(
        [lengths[0] * part / 0.95 for part in (0.95, 0.6, 0.3)], abs=0.1
    )
