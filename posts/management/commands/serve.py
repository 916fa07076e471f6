"""Start the whole of Genko on one machine: database, content, web server, worker.

One process prepares everything and then forks the others, so that Django is imported once:
a second start answers within a second or two. Nothing in this project may start a thread
when it is imported; a thread does not survive the fork.
"""

import ctypes
import errno
import ipaddress
import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import QuerySet
from django.utils import timezone
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server import Server

from cms import env
from posts import demo, demo_desk, demo_logins, demo_pages
from posts.models import Author, Category, Post, Series, SiteSettings

DEMO = Path(demo_logins.__file__).with_name("demo")
# Measured best on two cores; more threads only wait for each other.
PROCESSES, THREADS = 2, 4
FAREWELL = 5  # seconds that requests under way have left after a signal
web_server = partial(
    Server,
    "cms.wsgi:application",
    interface=Interfaces.WSGI,
    workers=min(PROCESSES, os.cpu_count() or 1),
    blocking_threads=THREADS,
    http=HTTPModes.http1,
    websockets=False,
    log_level=LogLevels.warning,
    workers_kill_timeout=FAREWELL,
)


class Command(BaseCommand):
    help = "サイト、管理画面、裏方の仕事をまとめて立ち上げます。Ctrl-C ですべて終わります。"

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = listening()
        refuse_taken(host, port)
        try:
            self.prepare()
            logins = self.logins(host)
        except OperationalError as error:
            raise CommandError(f"データベースにつながりません。{error}") from error
        except KeyboardInterrupt:
            self.stdout.write("\n中断しました。もう一度実行すると、続きから始めます。")
            return
        connection.close()
        if connection.vendor == "postgresql":
            connection.close_pool()  # type: ignore[attr-defined]
        serve(host, port, lambda: self.announce(logins))
        self.stdout.write("終了しました。")

    def prepare(self) -> None:
        """Bring the database up to date and fill an empty one."""
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.say("データベースを用意しています…")
            call_command("migrate", interactive=False, verbosity=0)
        self.load_content()

    def load_content(self) -> None:
        """Import POSTS, or the demonstration, into a database without articles.

        An import that was interrupted leaves its source behind and is taken up again.
        """
        unfinished = settings.VAR_DIR / "import-unfinished"
        source = env.text("POSTS")
        if unfinished.exists():
            source = unfinished.read_text()
        elif Post.objects.exists():
            if source:
                self.say("記事がすでにあるため POSTS は読み込みません（manage.py import_posts）。")
            return
        folder = Path(source).expanduser().resolve() if source else DEMO
        if not folder.exists():
            raise CommandError(f"POSTS={source} が見つかりません。")
        unfinished.write_text(str(folder))
        self.say(f"記事を読み込んでいます: {folder}")
        try:
            call_command("import_posts", str(folder), "--publish")
        except (CommandError, SystemExit) as error:  # it has said which files, and why
            self.stderr.write(f"{error if isinstance(error, CommandError) else ''}")
        if folder == DEMO:
            self.introduce_demo()
        unfinished.unlink()

    def introduce_demo(self) -> None:
        """Say what no article does: the paper's name and pages, who and what its parts are."""
        SiteSettings.objects.get_or_create(pk=1, defaults=demo.PAPER)
        self.describe(Author.objects.filter(yomi=""), demo.AUTHORS)
        self.describe(Category.objects.filter(accent=""), demo.SECTIONS)
        self.describe(Series.objects.filter(description=""), demo.SERIES)
        demo_pages.publish()

    def describe(
        self, rows: QuerySet[Author] | QuerySet[Category] | QuerySet[Series], said: demo.Said
    ) -> None:
        """Write into the rows of these names what is said of them."""
        for row in rows.filter(name__in=said):
            for field, value in said[row.name].items():
                setattr(row, field, value)
            row.save()

    def logins(self, host: str) -> list[demo_logins.Login]:
        """Return the demonstration's logins, which exist on this computer alone, with work."""
        if is_private(host):
            logins = demo_logins.offer(settings.VAR_DIR / "logins.json")
            if logins:
                demo_desk.lay(timezone.now())
            return logins
        if demo_logins.withdraw():
            self.say("外から見えるため、デモ用のログインを止めました。")
        if not User.objects.filter(is_active=True).exists():
            self.say("ログインを作るには: .venv/bin/python manage.py createsuperuser")
        if ipaddress.ip_address(host).is_unspecified and is_local(settings.SITE_URL):
            self.say("ほかのコンピューターから開くには、SITE_URL も指定してください。")
        return []

    def announce(self, logins: list[demo_logins.Login]) -> None:
        """Say where everything is, once it answers."""
        lines = [
            "",
            "Genko（原稿）が動いています。",
            f"  サイト    {settings.SITE_URL}/",
            f"  管理画面  {settings.SITE_URL}/admin/",
        ]
        if logins:
            lines.append("  デモ用のログイン（このコンピューターからだけ使えます）")
        lines += [f"    {login.username:7} {login.password}  {login.role}" for login in logins]
        self.say("\n".join([*lines, "終わるには Ctrl-C を押してください。"]))

    def say(self, text: str) -> None:
        """Print `text` at once, also into a pipe."""
        self.stdout.write(text)
        self.stdout.flush()


# --- The address -------------------------------------------------------------------------


def listening() -> tuple[str, int]:
    """Return (IP address, port) from HOST and PORT. Raises CommandError."""
    name, port = env.text("HOST", "127.0.0.1"), env.text("PORT", "8000")
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise CommandError(f"PORT={port} は使えません。1 から 65535 の数を指定してください。")
    try:
        return (name if ":" in name else socket.gethostbyname(name)), int(port)
    except OSError:
        raise CommandError(
            f"HOST={name} が見つかりません。127.0.0.1 か、このコンピューターの IP アドレスを"
            "指定してください。"
        ) from None


def bind(host: str, port: int) -> None:
    """Try to listen on `host` and `port`. Raises OSError.

    The web server shares its port between its processes (SO_REUSEPORT) and would not notice
    another one there.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    socket.create_server((host, port), family=family).close()


def refuse_taken(host: str, port: int) -> None:
    """Raise CommandError, with what to do, when nothing can listen on `host` and `port`."""
    try:
        bind(host, port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise CommandError(
                f"ポート {port} は、ほかのプログラムが使っています。別の番号で立ち上げてください: "
                f"PORT={free_port(host, port)} make run"
            ) from None
        if error.errno == errno.EACCES:
            raise CommandError(
                f"ポート {port} を使う権限がありません。1024 以上の番号を指定してください: "
                "PORT=8000 make run"
            ) from None
        raise CommandError(f"HOST={host} では待ち受けられません（{error.strerror}）。") from None


def free_port(host: str, taken: int) -> int:
    """Return a port near `taken` on which something can listen."""
    for port in range(taken + 1, min(taken + 100, 65536)):
        try:
            bind(host, port)
        except OSError:
            continue
        return port
    return 8000


def reachable(host: str) -> str:
    """Return `host` as an address on this computer writes it: brackets, no wildcard."""
    address = ipaddress.ip_address(host)
    if address.is_unspecified:
        return "[::1]" if address.version == 6 else "127.0.0.1"
    return f"[{host}]" if address.version == 6 else host


def is_private(host: str) -> bool:
    """Return whether nobody but this computer sees the site.

    Behind a proxy the server listens on loopback too: then SITE_URL names the public host.
    """
    return ipaddress.ip_address(host).is_loopback and is_local(settings.SITE_URL)


def is_local(url: str) -> bool:
    """Return whether `url` leads to the computer that opens it."""
    name = urlsplit(url).hostname or ""
    return (f"[{name}]" if ":" in name else name) in env.LOOPBACK


# --- The processes -----------------------------------------------------------------------


def serve(host: str, port: int, ready: Callable[[], None]) -> None:
    """Run the web server and the worker until a signal; call `ready` when they answer.

    Raises CommandError when one of them ends by itself; then the others have ended too.
    """
    if sys.platform == "linux":  # newer Pythons would start each process from nothing
        multiprocessing.set_start_method("fork", force=True)
    server = web_server(address=host, port=port)
    worker = multiprocessing.Process(target=work, daemon=True)
    lost = threading.Event()
    watch = threading.Thread(target=watcher, args=(server, worker, ready, lost), daemon=True)

    @server.on_startup
    def start() -> None:
        signal.signal(signal.SIGHUP, server.signal_handler_interrupt)  # the terminal is closed
        worker.start()
        watch.start()

    try:
        server.serve(target_loader=application)
    except SystemExit:
        raise CommandError("ウェブサーバーが止まったため、すべて終了しました。") from None
    finally:
        end(worker)
    if lost.is_set():
        raise CommandError("裏方の仕事（worker）が止まったため、すべて終了しました。")


def application(target: str) -> Any:
    """Return the WSGI application, inside a process of the web server."""
    leave_terminal()
    from cms.wsgi import application

    return application


def work() -> None:
    """Run the worker, inside its process."""
    leave_terminal()
    django.setup()  # already done where the process was forked
    call_command("worker")


def leave_terminal() -> None:
    """Let Ctrl-C reach only the first process, which ends this one; end when that is killed."""
    os.setpgid(0, 0)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


def watcher(server: Any, worker: Any, ready: Callable[[], None], lost: threading.Event) -> None:
    """Call `ready` when the site answers; set `lost` and end the server if the worker ends."""
    while not answers(server) and not server.main_loop_interrupt.is_set():
        time.sleep(0.05)
    if not server.main_loop_interrupt.is_set():
        ready()
    wait([worker.sentinel])
    if not server.interrupt_signal:
        lost.set()
        server.signal_handler_interrupt()


def answers(server: Any) -> bool:
    """Return whether the site takes connections: its processes listen once they are ready."""
    # Not before the last fork: a lock held here would stay locked in the child.
    if len(server.wrks) < server.workers:
        return False
    try:
        host = reachable(server.bind_addr).strip("[]")
        socket.create_connection((host, server.bind_port), timeout=1).close()
    except OSError:
        return False
    return True


def end(worker: Any) -> None:
    """Stop the worker's process: it has a second to finish, then it is killed."""
    if worker.pid is None:
        return
    worker.terminate()
    worker.join(2)
    if worker.exitcode is None:
        worker.kill()
