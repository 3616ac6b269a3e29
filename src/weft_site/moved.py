"""What a view raises where the thing in the address has gone on elsewhere."""

from django.http import HttpResponse


class Moved(Exception):  # noqa: N818 - it names what happened
    """The middleware gives this answer, which leads there."""

    def __init__(self, answer: HttpResponse) -> None:
        self.answer = answer
        super().__init__()
