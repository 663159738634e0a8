"""The log of a run: numbered, bounded, the same object while nothing is added."""

from nn_tui.experiment.run_log import LENGTH, RunLog


def test_entries_are_numbered_without_gaps_and_the_last_are_kept() -> None:
    log = RunLog()
    for number in range(1, 2 * LENGTH + 300):
        log.add(number, "epoch", f"entry {number}")
    entries = log.view()
    assert len(entries) == LENGTH
    assert [entry.number for entry in entries] == list(range(LENGTH + 300, 2 * LENGTH + 300))


def test_the_view_is_the_same_object_until_something_is_added() -> None:
    log = RunLog()
    log.add(0, "note", "one")
    before = log.view()
    assert log.view() is before
    log.add(0, "note", "two")
    assert log.view() is not before and [entry.text for entry in log.view()] == ["one", "two"]
