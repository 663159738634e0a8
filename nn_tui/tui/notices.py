"""What the app says at the bottom, and for how long."""

from __future__ import annotations

import time
from collections.abc import Callable

from textual import on
from textual.app import App
from textual.reactive import var

from nn_tui.tui.messages import NoticeWanted
from nn_tui.tui.wording import reading_seconds


class Notices(App[None]):
    """One message at a time; what needs no answer goes when there was time to read it."""

    notice: var[str] = var("", init=False)
    notice_clock: Callable[[], float] = staticmethod(time.monotonic)
    """Seconds by which a message that needs no answer leaves the screen."""

    def __init__(self) -> None:
        super().__init__()
        self.held = False
        """Whether nothing is drawn, as the terminal has not yet taken what was drawn before."""
        self._noticed, self._notice_stays = 0.0, False

    def say(self, text: str, *, stays: bool = False) -> None:
        """Tell the person something; an empty text takes the last one away.

        Args:
            text: what is said; what is wrong begins with `!`.
            stays: keep it until it is dismissed, as what is wrong always is. Default: until there was
                time to read it.
        """
        self.notice, self._noticed = text, self.notice_clock()
        self._notice_stays = stays or text.startswith("!")

    @on(NoticeWanted)
    def take_notice(self, event: NoticeWanted) -> None:
        """Tell what a panel or a screen has to say."""
        event.stop()
        self.say(event.text)

    def age_notice(self) -> None:
        """Take a message away that was on the screen for long enough."""
        if not self.notice or self._notice_stays:
            return
        now = self.notice_clock()
        if self.held or len(self.screen_stack) > 1:  # nobody sees it now
            self._noticed = now
        elif now - self._noticed >= reading_seconds(self.notice):
            self.say("")
