"""Everything that knows Textual: the app, its screens, panels and forms, the painters and widgets.

Nothing below this floor may import it. `app.NnTuiApp` is the door; it is not re-exported here, so that
`nn-tui doctor` need not load Textual.
"""
