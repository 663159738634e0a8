"""The screen: everything that knows Textual and plotext."""
