"""What measures is itself right: bounds, what wrk says, and the page that is written."""

import xml.etree.ElementTree as ET

import pytest

from tests.bench import load, report
from tests.bench.figures import Figure, of_times

WRK = """Running 1s test @ http://127.0.0.1:1/
  1 threads and 16 connections
  Latency Distribution
     50%    0.94ms
     99%  {p99}
  13787 requests in 3.30s, 257.27MB read
{wrong}Requests/sec:   4178.10
"""


@pytest.mark.parametrize(
    ("value", "least", "holds"), [(9, False, True), (11, False, False), (9, True, False)]
)
def test_a_bound_is_the_most_or_the_least(value, least, holds):
    assert Figure("x", value, bound=10, least=least).holds is holds


def test_what_has_no_bound_holds():
    assert Figure("x", 9e9).holds


def test_times_are_told_by_their_median_and_the_worst():
    figure = of_times("x", [0.003, 0.001, 0.5], bound=4)
    assert (figure.value, figure.worst, figure.holds) == (3, 500, True)


@pytest.mark.parametrize(("p99", "ms"), [("980.00us", 0.98), ("7.50ms", 7.5), ("1.20s", 1200)])
def test_wrk_is_understood(p99, ms):
    run = load.parsed(WRK.format(p99=p99, wrong=""))
    assert run == (13787, 4178.10, pytest.approx(ms))


@pytest.mark.parametrize("wrong", ["  Non-2xx or 3xx responses: 1\n", "  Socket errors: read 1\n"])
def test_a_run_with_errors_is_no_figure(wrong):
    with pytest.raises(RuntimeError):
        load.parsed(WRK.format(p99="1.00ms", wrong=wrong))


def test_the_page_names_what_was_measured_and_what_fell_short(tmp_path, monkeypatch):
    monkeypatch.setattr(report, "DOCS", tmp_path)
    monkeypatch.setattr(report, "programs", lambda: "nginx/1.0")
    press = [
        Figure(f"article: {server} / nginx", value, "", 0.9, least=True)
        for server, value in (("nginx and page files", 0.95), ("own server", 0.6))
    ]
    report.write(1000, {"press": press, "memory": [Figure("m", 120, "MiB", 200)]})
    page = (tmp_path / "performance.md").read_text()
    assert "| 0.60 ✗ |" in page
    assert "| 120.0 MiB |" in page
    bars = ET.parse(tmp_path / "performance.svg").iter("{http://www.w3.org/2000/svg}rect")
    lengths = [float(bar.get("width")) for bar in bars if bar.get("class")]
    assert lengths[0] / lengths[1] == pytest.approx(0.95 / 0.6, rel=0.01)
