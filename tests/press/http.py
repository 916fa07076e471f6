"""Reading many addresses at once: requests go out together on connections that stay open."""

import gzip
import socket
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import brotli

DECODED = {"": bytes, "gzip": gzip.decompress, "br": brotli.decompress}
# What a store or an encoding may add to an answer.
OWN = {"cache-control", "cache-tag", "connection", "content-encoding", "content-length", "date"}
OWN |= {"etag", "last-modified", "server", "vary"}


class Answer(NamedTuple):
    """What a reader gets, decoded."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def page(self):
        """What has to be the same wherever it is asked for."""
        shared = {name: self.headers[name] for name in self.headers.keys() - OWN}
        return self.status, shared, self.body


class Reader:
    """A reader at one port."""

    def __init__(self, port, host):
        self.port, self.host = port, host
        self.connect()

    def connect(self):
        self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.socket.makefile("rb")

    def leave(self):
        self.file.close()
        self.socket.close()

    def send(self, paths, **headers):
        """Ask for `paths`; the answers are read by `hear`."""
        lines = [f"Host: {self.host}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        head = "\r\n".join(lines)
        asked = [f"GET {path} HTTP/1.1\r\n{head}\r\n\r\n" for path in paths]
        self.socket.sendall("".join(asked).encode())

    def hear(self, number):
        """Return the next answers."""
        return [self._hear() for _ in range(number)]

    def _hear(self):
        status = int(self.file.readline().split()[1])
        headers = {}
        while line := self.file.readline().strip():
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.lower()] = value.strip()
        body = self.file.read(int(headers["content-length"]))
        return Answer(status, headers, DECODED[headers.get("content-encoding", "")](body))


def ask(readers, paths, **headers):
    """Return what each of the readers is answered at its own paths, all asked at the same time."""

    def one(reader, asked):
        reader.send(asked, **headers)
        return reader.hear(len(asked))

    with ThreadPoolExecutor(len(readers)) as pool:
        return list(pool.map(one, readers, paths))
