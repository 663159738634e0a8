"""The Data screen: rows, columns and their roles, pictures of them, other data, a proposed network."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import ClassVar, get_args

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.getters import query_one
from textual.message import Message

from nn_tui.data.columns import ColumnKind
from nn_tui.data.files.looking import Watch
from nn_tui.errors import SpecError
from nn_tui.experiment.spec import DataSpec, Spec
from nn_tui.tui.content import DataTable, OptionList, Static, assembled, entitle, option
from nn_tui.tui.forms.form import Form
from nn_tui.tui.forms.sections import Section, assign, section
from nn_tui.tui.messages import FieldChanged, FieldFocused, FieldRefused
from nn_tui.tui.painters.canvas import padded_text
from nn_tui.tui.panels.links import KeyHint
from nn_tui.tui.screens.data_look import ColumnRow, DataLook, look_at
from nn_tui.tui.screens.leaving import Page
from nn_tui.tui.widgets.picture import PictureView
from nn_tui.tui.widgets.points import PointsView
from nn_tui.tui.wording import progress_words, shortened


class DataLooked(Message):
    """A thread has looked at the data."""

    def __init__(self, look: DataLook) -> None:
        super().__init__()
        self.look = look


class DataScreen(Page[Spec | None]):
    """Data as they are and as the network will get them; gives the experiment with other data, or None.

    Args:
        spec: the experiment as it is.
    """

    CSS_PATH = "data.tcss"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Cancel", show=False),
        Binding("enter,ctrl+s", "use", "Use", show=False, priority=True),
        Binding("t", "target", "Target", show=False),
        Binding("space", "next_kind", "Kind", show=False),
        Binding("i", "ignore", "Leave out", show=False),
        Binding("p", "propose", "Propose", show=False),
        Binding("o", "open", "Open", show=False),
    ]

    title_line = query_one("#title", Static)
    told = query_one("#told", Static)
    columns = query_one("#columns", OptionList)
    picture = query_one(PictureView)
    points = query_one(PointsView)
    rows = query_one("#rows", DataTable)
    form = query_one(Form)
    keys = query_one(KeyHint)

    def __init__(self, spec: Spec) -> None:
        super().__init__()
        self.began, self.spec = spec, spec
        self.look: DataLook | None = None
        self._watch: Watch | None = None
        self._progress = (0.0, "")
        self._refused: dict[str, SpecError] = {}
        self._help = ""

    def compose(self) -> ComposeResult:
        """Lay the columns and settings on the left, pictures and rows on the right."""
        yield Static("", id="title")
        with Horizontal():
            with Vertical(id="left", classes="panel holder") as left:
                entitle(left, "Columns")
                yield OptionList(id="columns")
                yield Form(self._section())
            with Vertical(id="right"):
                with Vertical(classes="panel holder", id="view") as view:
                    entitle(view, "Picture")
                    yield PictureView()
                    yield PointsView()
                with Vertical(classes="panel holder", id="first") as first:
                    entitle(first, "First rows")
                    yield DataTable(id="rows", cursor_type="none", zebra_stripes=False, show_cursor=False)
        yield Static("", id="told")
        yield KeyHint(gap=2)

    def on_resize(self) -> None:
        """Fit the title and the columns' words to the new width."""
        if self.look is not None:
            self._write_title()
            self.call_after_refresh(self._list, self.look.columns)

    def on_mount(self) -> None:
        """Look at the data."""
        self.keys.offer(_keys(False))
        self.set_interval(0.1, self._show_progress)
        self.look_again()

    def _section(self) -> Section:
        return section(self.spec, "data")

    def look_again(self) -> None:
        """Read the data in a thread; what was being read for is forgotten."""
        if self._watch is not None:
            self._watch.cancelled = True
        watch = self._watch = Watch(self._note_progress)
        spec = self.spec

        def look() -> None:
            found = look_at(spec, watch)
            if not watch.cancelled:
                self.post_message(DataLooked(found))

        self.run_worker(look, thread=True, group="data", exit_on_error=False)

    def _note_progress(self, share: float, doing: str) -> None:
        # Called in the reading thread; the screen looks at it from time to time.
        self._progress = (share, doing)

    def _show_progress(self) -> None:
        if self._watch is not None and self._progress[1]:
            self.told.update(f"{progress_words(*self._progress)}   esc cancels")

    @on(DataLooked)
    async def take_look(self, event: DataLooked) -> None:
        """Show what was found."""
        event.stop()
        if event.look.spec is not self.spec:
            return
        self._watch, self._progress = None, (0.0, "")
        self.look = look = event.look
        self._write_title()
        is_table = look.table is not None
        self.set_class(not is_table, "-whole")
        self.keys.offer(_keys(is_table))
        drawn = self.spec.data.source == "points"
        self.set_class(drawn, "-points")
        self._list(look.columns)
        self._fill_rows(look)
        self._say()
        if drawn and look.data is not None:
            self.points.show(self.spec.data.settings.get("placed"))
        self._draw()
        entitle(self.query_one("#left"), "Columns" if is_table else "Settings")
        if self.focused is None or not self.form.has_focus_within:
            self.set_focus(self.columns if is_table else self.points if drawn else None)

    def _write_title(self) -> None:
        """Write where the data are from, as much of it as leaves room for what they are."""
        if self.look is None:
            return
        words = self.look.words
        source = self.spec.data.source.partition("\n")[0]
        room = max(8, self.size.width - len(words) - 5)
        if len(source) > room and "://" not in source:
            source = Path(source).name
        source = shortened(source, room, getattr(self.app, "ascii_only", False))
        self.title_line.update(f" {source}   {words}")

    def _say(self) -> None:
        look = self.look
        if self._refused:
            error = next(iter(self._refused.values()))
            text = f"! {error.message} {error.remedy}"
        elif look is None:
            text = ""
        elif look.error:
            text = f"! {look.error}"
        else:
            notes = look.data.notes if look.data is not None else ()
            proposal = look.proposal.why if look.proposal is not None else ""
            told = "; ".join(notes)
            text = f"{told}.  p: {proposal}" if told else f"p: {proposal}"
            text = self._help or text
        self.told.update(text)
        self.told.set_class(text.startswith("!"), "-wrong")

    def _list(self, rows: tuple[ColumnRow, ...]) -> None:
        at = self.columns.highlighted
        width = max(20, self.columns.size.width - 2)
        self.columns.clear_options()
        self.columns.add_options([option(_row_words(row, width)) for row in rows])
        if rows:
            marks = [row.mark for row in rows]
            first = marks.index("T") if "T" in marks else 0
            self.columns.highlighted = first if at is None else min(at, len(rows) - 1)

    def _fill_rows(self, look: DataLook) -> None:
        self.rows.clear(columns=True)
        if look.table is None:
            return
        marks = {row.name: row for row in look.columns}
        for name in look.table.names[:60]:
            row = marks.get(name)
            self.rows.add_column(f"{row.mark} {name} ({row.kind})" if row else name)
        for cells in look.first_rows():
            self.rows.add_row(*cells[:60])

    @property
    def chosen(self) -> ColumnRow | None:
        """The column that is selected."""
        at = self.columns.highlighted
        if self.look is None or at is None or at >= len(self.look.columns):
            return None
        return self.look.columns[at]

    @on(OptionList.OptionHighlighted)
    def show_column(self) -> None:
        """Draw the selected column."""
        self._draw()

    def _draw(self) -> None:
        if self.look is not None:
            self.picture.show(self.look.picture(self.chosen.name if self.chosen else None))

    def _change(self, data: DataSpec) -> None:
        self.spec = replace(self.spec, data=data)
        self.look_again()

    def action_target(self) -> None:
        """Predict the selected column."""
        if (column := self.chosen) is not None:
            columns = {name: kind for name, kind in self.spec.data.columns.items() if name != column.name}
            self._change(replace(self.spec.data, target=column.name, columns=columns))

    def action_next_kind(self) -> None:
        """Take the selected column as the next kind."""
        if (column := self.chosen) is not None and column.mark != "T":
            kinds = get_args(ColumnKind)
            following = (
                kinds[(kinds.index(column.kind) + 1) % len(kinds)] if column.kind in kinds else kinds[0]
            )
            self._change(
                replace(self.spec.data, columns={**self.spec.data.columns, column.name: following})
            )

    def action_ignore(self) -> None:
        """Leave the selected column out, or take it again as what it is recognized as."""
        if (column := self.chosen) is not None and column.mark != "T":
            columns = {name: kind for name, kind in self.spec.data.columns.items() if name != column.name}
            if column.mark == "+":
                columns[column.name] = "ignore"
            elif column.name not in self.spec.data.columns:
                columns[column.name] = "category"
            self._change(replace(self.spec.data, columns=columns))

    def action_propose(self) -> None:
        """Take the proposed network, and leave with it."""
        if self.look is not None and self.look.proposal is not None:
            self.dismiss(self.look.proposal.spec)

    def action_open(self) -> None:
        """Open other data."""
        from nn_tui.tui.screens.open import OpenScreen

        def take(source: str | None) -> None:
            if source is not None:
                self._open(source)

        self.app.push_screen(OpenScreen("Open data", data_only=True), take)

    def _open(self, source: str) -> None:
        from nn_tui.errors import NnTuiError
        from nn_tui.experiment.proposal import propose

        if self._watch is not None:
            self._watch.cancelled = True
        watch = self._watch = Watch(self._note_progress)

        def read() -> None:
            try:
                proposal = propose(source, watch=watch)
            except NnTuiError as error:
                if not watch.cancelled:
                    self.soon(self._cannot, str(error))
                return
            if not watch.cancelled:
                self.soon(self._opened, proposal.spec.data)

        self.run_worker(read, thread=True, group="data", exit_on_error=False)

    def _cannot(self, text: str) -> None:
        self._watch, self._progress = None, (0.0, "")
        self.told.update(f"! {text}")
        self.told.set_class(True, "-wrong")

    def _opened(self, data: DataSpec) -> None:
        from nn_tui.experiment.edits import suited_to

        self.columns.highlighted = None
        data, notes = suited_to(self.spec, data)
        self._help = " ".join(notes)
        self._change(data)
        self.call_next(self.form.show, self._section())

    @on(FieldChanged)
    async def take_value(self, event: FieldChanged) -> None:
        """Put a setting into the experiment."""
        event.stop()
        try:
            self.spec = assign(self.spec, event.entry, event.value)
        except SpecError as error:
            self._refused[event.entry.path] = error
            self._say()
            return
        self._refused.pop(event.entry.path, None)
        await self.form.show(self._section())
        self.look_again()

    @on(FieldRefused)
    def refuse_value(self, event: FieldRefused) -> None:
        """Say what is wrong with what was written."""
        event.stop()
        self._refused[event.entry.path] = event.error
        self._say()

    @on(FieldFocused)
    def show_help(self, event: FieldFocused) -> None:
        """Show what the focused setting means."""
        event.stop()
        text = event.entry.param.help
        self._help = text[:1].upper() + text[1:]
        self._say()

    @on(PointsView.Placed)
    def take_points(self, event: PointsView.Placed) -> None:
        """Put the points that were placed into the experiment."""
        event.stop()
        settings = {**self.spec.data.settings, "placed": event.placed}
        self._change(replace(self.spec.data, settings=settings))

    def action_use(self) -> None:
        """Leave with these data."""
        if self._refused or (self.look is not None and self.look.error):
            self._say()
            return
        self.dismiss(self.spec if self.spec != self.began else None)

    def action_leave(self) -> None:
        """Cancel the reading, or leave without a change."""
        if self._watch is not None and self._progress[1] and self.look is not None:
            self._watch.cancelled = True
            self._watch, self._progress = None, (0.0, "")
            self.spec = self.look.spec
            self.told.update("Reading was cancelled.")
            return
        if self._watch is not None:
            self._watch.cancelled = True
        self.dismiss(None)


def _keys(is_table: bool) -> list[tuple[str, str]]:
    """Name the keys that do something here, short enough for 80 columns."""
    keys = [("enter ok", "use"), ("p propose", "propose"), ("o open", "open")]
    if is_table:
        keys += [("t target", "target"), ("space kind", "next_kind"), ("i ignore", "ignore")]
    return [*keys, ("tab set", ""), ("esc back", "leave")]


def _row_words(row: ColumnRow, width: int) -> Content:
    left = f"{row.mark} {padded_text(shortened(row.name, 18), 18)} {row.kind:<8} "
    why = shortened(row.why, max(0, width - cell_len(left)))
    text = assembled((left, "bold" if row.mark == "T" else ""), (why, "$muted"))
    return text if row.mark != "-" else text.stylize("$faint")
