"""From a model and data to a picture: pure functions, registered by name in `tabs`.

They are imported when the first of them is asked for: they need the engine, which is 0.2 s that the first
paint of the app does not wait for.
"""

from nn_tui.declare import register_later

register_later("insight", f"{__name__}.tabs")
