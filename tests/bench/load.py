"""Load from wrk, on this machine only."""

import re
import shutil
import subprocess
from typing import NamedTuple

CONNECTIONS = 16
MISSING = """
make bench には wrk と nginx が必要です。入れてから、もう一度実行してください。
  Debian・Ubuntu   apt install wrk nginx
  macOS            brew install wrk nginx

make bench needs wrk and nginx. Install them as shown above, then run it again.
"""
_UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


class Run(NamedTuple):
    """Requests, how many a second, and the ms within which 99 of 100 were answered."""

    requests: int
    rate: float
    p99: float


def is_there() -> bool:
    """Say whether wrk is installed."""
    return shutil.which("wrk") is not None


def run(port: int, path: str, headers: dict[str, str], seconds: int) -> Run:
    """Ask for `path` as often as one thread can."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", "--timeout", "20s"]
    for name, value in headers.items():
        command += ["-H", f"{name}: {value}"]
    command.append(f"http://127.0.0.1:{port}{path}")
    return parsed(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def parsed(said: str) -> Run:
    """Return what wrk says. Raises RuntimeError when not all was answered."""
    if "Non-2xx" in said or "Socket errors" in said:
        raise RuntimeError(said)
    slow = re.search(r"99%\s+([\d.]+)(us|ms|s|m)\b", said)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    requests = re.search(r"(\d+) requests in", said)
    assert slow and rate and requests, said
    return Run(int(requests[1]), float(rate[1]), float(slow[1]) * _UNITS[slow[2]])
