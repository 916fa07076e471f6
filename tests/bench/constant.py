"""The same web server with nothing to do: `python -m tests.bench.constant PORT FILE`.

It hands out the answers in FILE, by the number that is asked for behind any address: nothing in
Python can be faster.
"""

import multiprocessing
import pickle
import sys
from pathlib import Path

import django


def main(port: int, path: str) -> None:
    django.setup()
    from posts.management.commands import serve

    answers = pickle.loads(Path(path).read_bytes())

    def application(environ, start_response):
        status, headers, pieces = answers[int(environ["QUERY_STRING"])]
        start_response(status, headers)
        return pieces

    def load(target):
        serve.leave_terminal()
        return application

    multiprocessing.set_start_method("fork", force=True)
    serve.web_server(address="127.0.0.1", port=port).serve(target_loader=load)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
