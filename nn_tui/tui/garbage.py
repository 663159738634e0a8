"""What Python's collector of garbage looks through: nothing at the start, later not what was there then.

A full collection looks at everything that lives, which is some hundred thousand objects once Textual is
loaded: 50 ms in which no key is answered, every few seconds. What was there at the start stays anyway.
"""

from __future__ import annotations

import gc


def look_for_none() -> None:
    """Collect nothing until `look_past_present`: what is imported is no garbage."""
    gc.disable()


def look_past_present() -> None:
    """Collect again, but look no more at anything that is there now."""
    gc.freeze()
    gc.enable()
