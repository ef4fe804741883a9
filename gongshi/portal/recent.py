"""What a process remembers of what it was asked last, within bounds."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Asked = TypeVar("Asked", bound=Hashable)
Answer = TypeVar("Answer")


class Recent(Generic[Asked, Answer]):
    """The answers used last, up to a sum of their sizes; safe between threads.

    Without a `size`, which must stay the same for an answer, their number counts.
    """

    def __init__(self, most: int, size: Callable[[Answer], int] | None = None) -> None:
        self._most = most
        self._size = size or _one
        self._held = 0
        self._answers: OrderedDict[Asked, Answer] = OrderedDict()
        self._lock = Lock()

    def get(self, asked: Asked) -> Answer | None:
        """Return what was answered, if it is remembered."""
        with self._lock:
            answer = self._answers.get(asked)
            if answer is not None:
                self._answers.move_to_end(asked)
            return answer

    def put(self, asked: Asked, answer: Answer) -> None:
        """Remember an answer; the one that nobody asked for the longest makes room."""
        with self._lock:
            if (previous := self._answers.pop(asked, None)) is not None:
                self._held -= self._size(previous)
            self._answers[asked] = answer
            self._held += self._size(answer)
            while self._held > self._most:
                _, oldest = self._answers.popitem(last=False)
                self._held -= self._size(oldest)

    def clear(self) -> None:
        """Forget all answers."""
        with self._lock:
            self._answers.clear()
            self._held = 0


def _one(_answer: object) -> int:
    return 1
