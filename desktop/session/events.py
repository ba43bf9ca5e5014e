"""News inside one session: plain callbacks by topic, called on the loop's thread, so that the command line needs no Qt."""

from __future__ import annotations

from collections.abc import Callable

Listener = Callable[[str, tuple[str, ...], str], None]


class Events:
    """Topics and who listens. A listener gets (topic, keys, initiator)."""

    def __init__(self) -> None:
        self._listeners: dict[str, list[Listener]] = {}

    def on(self, topic: str, listener: Listener) -> Callable[[], None]:
        """Listen to a topic; call the answer to stop."""
        self._listeners.setdefault(topic, []).append(listener)

        def off() -> None:
            if listener in self._listeners.get(topic, []):
                self._listeners[topic].remove(listener)

        return off

    def changed(self, topic: str, keys: tuple[str, ...] = (), initiator: str = "") -> None:
        """Tell everyone who listens to `topic`."""
        for listener in tuple(self._listeners.get(topic, ())):
            listener(topic, keys, initiator)
