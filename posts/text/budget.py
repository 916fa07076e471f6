"""A limit on the work one rendering may cost, counted and not timed.

Some inputs make a Markdown parser look at the same characters again and again (ten thousand opening
brackets). A clock would make the result depend on how busy the machine is; a count does not.
"""


class TooComplexError(Exception):
    """The source asks for more work than any article needs."""


class Budget:
    """The characters that a rendering may still look at more than once."""

    __slots__ = ("left",)

    def __init__(self, limit: int = 25_000_000) -> None:
        """Start with ``limit`` characters; 25 million cost two or three seconds."""
        self.left = limit

    def spend(self, amount: int) -> None:
        """Take the amount (characters) off.

        Raises:
            TooComplexError: nothing is left.
        """
        self.left -= amount
        if self.left < 0:
            raise TooComplexError
