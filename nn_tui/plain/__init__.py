"""The workbench without a screen: commands typed, answered and told of in sentences, a line each.

For screen readers and for terminals that cannot move their cursor. It is a front end beside `tui`, over the
same worker thread: it does not see Textual, so it starts without it. It writes text and newlines only.
"""
