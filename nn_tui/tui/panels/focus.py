"""Which panel keys go to is seen by its border, and showing it costs no more than that border.

Textual's `:focus` and `:focus-within` have everything in a panel styled and drawn anew, several times for
each move of the focus.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual import events
from textual.color import Color
from textual.widget import Widget

FOCUSED = "-focused"
TITLE, QUIET_TITLE = "foreground", "muted"
"""The colours of the title of a panel with the focus and of one without it."""

if TYPE_CHECKING:
    _Base = Widget
else:  # Textual takes the rules of a class's first base only
    _Base = object


class Focusable(_Base):
    """A widget of a panel that takes keys; nothing in it looks otherwise for that, but the panel's border.

    Comes before the widget's class.
    """

    def watch_has_focus(self, _has_focus: bool) -> None:
        """Leave the styles as they are."""

    def on_focus(self, event: events.Focus) -> None:
        """Take the focus as Textual's widgets do, but that nothing is painted anew."""
        event.prevent_default()
        self.has_focus = True
        if self.parent is not None:
            self.parent.post_message(events.DescendantFocus(self))

    def on_blur(self, event: events.Blur) -> None:
        """Lose the focus in the same way."""
        event.prevent_default()
        self.has_focus = False
        if self.parent is not None:
            self.parent.post_message(events.DescendantBlur(self))


def show_focus(before: Widget | None, now: Widget | None) -> None:
    """Show that keys go to another panel, by the class `-focused`.

    Args:
        before: the widget that had the focus; None when none had.
        now: the one that has it.
    """
    old, new = list(_panels(before)), list(_panels(now))
    changed = [*(panel for panel in old if panel not in new), *(panel for panel in new if panel not in old)]
    for panel in changed:
        focused = panel in new
        # What is in a panel does not depend on the class.
        panel.set_class(focused, FOCUSED, update=False)
        # As the style sheet will have it: when that sets another colour, all in the panel is drawn anew.
        colour = panel.app.theme_variables[TITLE if focused else QUIET_TITLE]
        panel.styles.base.set_rule("border_title_color", Color.parse(colour))
    if changed:
        changed[0].app.stylesheet.update_nodes(changed)


def _panels(widget: Widget | None) -> Iterable[Widget]:
    """Give the panel in which a widget is, or those of the part that it is."""
    for node in () if widget is None else widget.ancestors_with_self:
        if isinstance(node, Widget) and node.has_class("panel"):
            return [node]
        if isinstance(node, Widget) and node.has_class("part"):
            return node.query_children(".panel").results(Widget)
    return []
