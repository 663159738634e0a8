"""`python -m nn_tui`: the same as the `nn-tui` command."""

from nn_tui.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
