"""Find nginx and run it with docs/nginx.conf; on Debian, fetch it.

Its package is unpacked and not installed: installed, it would start a server on port 80.
"""

import contextlib
import grp
import os
import pwd
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "docs" / "nginx.conf"
FETCHED = Path(sys.prefix) / "nginx"
GIVEN: set[int] = set()  # the ports that free() has named
# The paths of a build are those of an installation; ours go into the folder of the run.
FRAME = """
daemon off;
pcre_jit on;
pid nginx.pid;
user {user} {group};
error_log error.log;
events {{ worker_connections 512; }}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    {site}
}}
"""

MISSING = """
******************************************************************
  nginx が見つからないため、nginx を使うテストは実行していません。
  nginx を入れるか、環境変数 NGINX にその場所を指定してください。
******************************************************************
"""


def find():
    """Return the path of nginx: the variable NGINX, else one on PATH, else the fetched one."""
    path = f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin:{FETCHED}/usr/sbin"
    return os.environ.get("NGINX") or shutil.which("nginx", path=path)


def ensure():
    """Return the path of nginx, fetched by apt-get where that may be done; or None."""
    if not find() and shutil.which("apt-get") and os.geteuid() == 0:
        print("nginx を使うテストのために nginx を取り寄せています…", flush=True)
        fetch()
    return find()


def fetch():
    """Unpack Debian's package; what goes wrong is seen in apt-get's own output."""
    apt = ["apt-get", "-qq", "-o", "APT::Sandbox::User=root"]  # the folder is ours alone
    with tempfile.TemporaryDirectory() as folder:
        for command in (["update"], ["download", "nginx"]):
            subprocess.run([*apt, *command], cwd=folder, check=False)
        for package in Path(folder).glob("*.deb"):
            subprocess.run(["dpkg-deb", "-x", package, FETCHED], check=False)


def sample(*, var, host, port, behind, plain=None, certificate=None, log=None):
    """Return docs/nginx.conf for this machine.

    Args:
        var: VAR_DIR of the site.
        host: the Host header of SITE_URL.
        port: where nginx listens.
        behind: the port of the application.
        plain: where it leads readers without TLS to `port`.
        certificate: a file with a certificate and its key; without one there is no TLS.
        log: the file of the log; without one there is no log.
    """
    text = SAMPLE.read_text(encoding="utf-8")
    changes = [
        (r"listen \[::\]:\d+.*", ""),
        (r"listen 80;", f"listen 127.0.0.1:{plain or free()};"),
        (r"listen 443", f"listen 127.0.0.1:{port}"),
        (r"/srv/genko/var", str(var)),
        (r"/srv/genko", str(ROOT)),
        (r"127\.0\.0\.1:8000", f"127.0.0.1:{behind}"),
        (r"example\\\.jp", re.escape(host).replace("\\", r"\\")),
        (r"example\.jp", host),
    ]
    if log:
        changes.append((r"/var/log/nginx/access\.log", str(log)))
    else:
        changes.append((r"access_log .*", ""))
    if certificate:
        changes.append((r"/etc/ssl/genko/\w+\.pem", str(certificate)))
    else:
        changes += [(r" ssl http2;", ";"), (r"ssl_certificate\w* .*", "")]
    for pattern, value in changes:
        text, found = re.subn(pattern, value, text)
        assert found, pattern
    return text


@contextlib.contextmanager
def running(folder, site, port):
    """Run nginx in `folder` with the servers that `site` describes; give its process id."""
    config = Path(folder) / "nginx.conf"
    me = os.getuid(), os.getgid()
    names = {"user": pwd.getpwuid(me[0]).pw_name, "group": grp.getgrgid(me[1]).gr_name}
    config.write_text(FRAME.format(site=site, **names), encoding="utf-8")
    command = [find(), "-p", str(folder), "-c", str(config)]
    process = subprocess.Popen(command)
    try:
        wait_for(port, process)
        yield process.pid
    finally:
        process.terminate()
        process.wait(10)


def wait_for(port, process, patience=60):
    """Wait until something takes connections on `port`; fail when `process` ends before."""
    end = time.monotonic() + patience
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise AssertionError(f"nothing listens on {port}")


def free():
    """Return a port on which nothing listens, never one twice.

    It is none of those that Linux gives to whoever connects (32768 and up): a connection of
    another run could take it before it is used.
    """
    while True:
        port = random.SystemRandom().randrange(10_000, 32_000)
        if port in GIVEN:
            continue
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            GIVEN.add(port)
            return port


def certificate(folder):
    """Return a file with a new certificate for example.jp and its key."""
    path = Path(folder) / "certificate.pem"
    key = Path(folder) / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-subj", "/CN=example.jp", "-keyout", str(key), "-out", str(path)]
    subprocess.run(command, check=True, capture_output=True)
    path.write_text(path.read_text() + key.read_text())
    return path
