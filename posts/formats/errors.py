"""The one refusal that every reader of foreign files ends in."""


class Refused(Exception):
    """A file, or a whole source, that is not taken in.

    Arguments: `what` says in Japanese what was found; `hint` what to do next; `line` is the line
    of the file, counted from 1, where it is known. `str()` joins the three for the report.
    """

    def __init__(self, what: str, *, hint: str = "", line: int | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint
        self.line = line

    def __str__(self) -> str:
        where = f"{self.line} 行目：" if self.line else ""
        return f"{where}{self.what}{self.hint}"
