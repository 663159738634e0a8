"""The Predict screen: type a row, write a sentence or draw, and see what the network answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.getters import query_one
from textual.message import Message

from nn_tui.data.described import target_words
from nn_tui.data.typed import TypedRow
from nn_tui.errors import DataError, NnTuiError
from nn_tui.experiment.spec import Spec
from nn_tui.insight.pictures import Sentence, Tiles
from nn_tui.tui.content import Static, entitle
from nn_tui.tui.forms.typed import RowField, RowForm
from nn_tui.tui.panels.links import KeyHint
from nn_tui.tui.screens.leaving import Dialog
from nn_tui.tui.widgets.drawing import DrawingView
from nn_tui.tui.widgets.picture import PictureView

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from nn_tui.data.dataset import Dataset, Split
    from nn_tui.data.drawing import ImageForm
    from nn_tui.experiment.snapshot import Snapshot


class DataThere(Message):
    """A thread has the data, and what is asked for of a row."""

    def __init__(self, data: Dataset, form: ImageForm | TypedRow) -> None:
        super().__init__()
        self.data = data
        self.form = form


class PredictScreen(Dialog[None]):
    """A row of one's own on the left, what the network answers on the right, while it trains as well.

    Args:
        spec: the experiment.
        ask: has a row answered from now on; None: none.
        train: trains or pauses.
    """

    CSS_PATH = "predict.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Close", show=False, priority=True),
        Binding("pagedown", "take_row(1)", "Next row", show=False, priority=True),
        Binding("pageup", "take_row(-1)", "Row before", show=False, priority=True),
        Binding("ctrl+r", "begin_again", "Begin again", show=False, priority=True),
        Binding("ctrl+t", "train", "Train", show=False, priority=True),
        Binding("c", "clear", "Clear", show=False),
        Binding("f", "change_fitting", "Fit", show=False),
        Binding("t", "train_drawn", "Train", show=False),
        Binding("question_mark,f1", "app.help", "Help", show=False),
    ]

    title_line = query_one("#title", Static)
    told = query_one("#told", Static)
    left = query_one("#row", Vertical)
    answers = query_one("#answer", PictureView)
    seen = query_one("#seen", PictureView)
    keys = query_one(KeyHint)

    def __init__(
        self, spec: Spec, ask: Callable[[NDArray[Any] | None], None], train: Callable[[], None]
    ) -> None:
        super().__init__()
        self.spec = spec
        self._ask, self._train = ask, train
        self.data: Dataset | None = None
        self.form: ImageForm | TypedRow | None = None
        self.values: dict[str, str] = {}
        self.fitted = True
        """Whether a drawing is brought to the size and place of the training images."""
        self.row: NDArray[np.floating] | None = None
        """What was asked last."""
        self._at: int | None = None
        """The number of the row that was begun with; None for none."""
        self._origin = self._help = ""
        self._error = ""
        self._notes: list[str] = []

    def compose(self) -> ComposeResult:
        """Lay the row beside the answer."""
        yield Static("", id="title")
        with Horizontal():
            yield Vertical(id="row", classes="panel")
            with Vertical(id="right"):
                with Vertical(id="answers", classes="panel") as panel:
                    entitle(panel, "The answer")
                    yield PictureView(id="answer")
                with Vertical(id="sees", classes="panel") as panel:
                    entitle(panel, "It is given")
                    yield PictureView(id="seen")
        yield Static("", id="told")
        yield KeyHint(gap=2)

    def on_mount(self) -> None:
        """Read the data, which the training has read before, and follow the snapshots."""
        self.told.update("Reading the data ...")
        self.watch(self.app, "snapshot", self.take_snapshot)
        spec = self.spec

        def read() -> None:
            from nn_tui.data.drawing import form_of
            from nn_tui.experiment.build import load_data

            try:
                data = load_data(spec.data)
            except NnTuiError as error:
                self.app.call_from_thread(self.told.update, f"! {error}")
                return
            drawn = len(data.input_shape) == 3
            self.post_message(DataThere(data, form_of(data) if drawn else TypedRow(data)))

        self.run_worker(read, thread=True, group="predict")

    @on(DataThere)
    async def take_data(self, event: DataThere) -> None:
        """Make the form or the grid, which keys find when it is whole, and ask for the first answer."""
        event.stop()
        if isinstance(event.form, TypedRow):
            entitle(self.left, "Your row")
            self.values = {field.name: field.start for field in event.form.fields}
            await self.left.mount(form := RowForm(event.form.fields, self.values))
            self.data, self.form = event.data, event.form
            self.set_class(any(field.kind == "text" for field in event.form.fields), "-texts")
            self.set_focus(next((one for one in form.query("*") if one.focusable), None))
            self._ask_typed()
        else:
            entitle(self.left, "Draw")
            await self.left.mount(view := DrawingView(event.form))
            self.data, self.form = event.data, event.form
            self.add_class("-drawn")
            self.set_focus(view)
            self._ask_drawn()
        self.keys.offer(self._keys())
        self._say()

    @property
    def drawing(self) -> DrawingView:
        """The grid that is drawn on."""
        return self.query_one(DrawingView)

    def take_snapshot(self, now: Snapshot | None) -> None:
        """Show the newest answer, and where the training stands."""
        if now is None:
            return
        status = now.status
        epoch = f"epoch {status.epoch} of {status.epochs}"
        word = "not trained yet" if status.phase == "ready" else f"{status.phase}, {epoch}"
        self.title_line.update(f"Predict   {self.spec.name}   {word}")
        failed = now.answer is None and status.phase == "failed"
        self.answers.show(Sentence(f"{status.error} {status.remedy}".strip()) if failed else now.answer)

    def _ask_row(self, row: NDArray[np.floating]) -> None:
        self.row = row
        self._ask(row)

    def _ask_typed(self) -> None:
        """Ask what was typed; where a value is wrong, say so and ask nothing."""
        assert isinstance(self.form, TypedRow)
        wrong = {}
        for field in self.form.fields:
            try:
                self.form.check(field.name, self.values[field.name])
            except DataError as error:
                wrong[field.name] = str(error)
        self.query_one(RowForm).complain(wrong)
        self._error = next(iter(wrong.values()), "")
        if not wrong:
            row, self._notes = self.form.row(self.values)
            self._ask_row(row)
        self._say()

    def _ask_drawn(self) -> None:
        """Ask what was drawn, as the training images have it."""
        assert self.form is not None and not isinstance(self.form, TypedRow)
        self._ask_image(self.form.image(self.drawing.ink, fitted=self.fitted))

    def _ask_image(self, row: NDArray[np.floating]) -> None:
        from nn_tui.insight.data_views import image_shades

        assert self.data is not None
        self.seen.show(Tiles(tuple(image_shades(row)), ("",), ""))
        self._ask_row(row.astype(self.data.train.x.dtype))
        self._say()

    @on(RowField.Typed)
    def take_value(self, event: RowField.Typed) -> None:
        """Ask with another value."""
        event.stop()
        self.values[event.name] = event.text
        self._ask_typed()

    @on(RowField.Entered)
    def tell_range(self, event: RowField.Entered) -> None:
        """Tell in which range the training rows lie."""
        event.stop()
        self._help = f"{event.field.name}: {event.field.told}" if event.field.told else ""
        self._say()

    @on(DrawingView.Drawn)
    def take_drawing(self, event: DrawingView.Drawn) -> None:
        """Ask with another drawing."""
        event.stop()
        self._ask_drawn()

    def action_take_row(self, by: int) -> None:
        """Begin with the next row of the data, or the one before: those kept apart, if there are."""
        if self.data is None or self.form is None:
            return
        name, split = self._split()
        self._at = (0 if by > 0 else len(split) - 1) if self._at is None else (self._at + by) % len(split)
        target = target_words(self.data, split, self._at)
        told = f": {self.data.target_name} {target}" if target else ""
        self._origin = f"{name} row {self._at + 1} of {len(split):,}{told}"
        if isinstance(self.form, TypedRow):
            self.values = self.form.values_of(split, self._at)
            self.query_one(RowForm).put(self.values)
            self._ask_typed()
            return
        self.fitted = False
        self.drawing.show(self.form.ink_of(split.x[self._at]))
        self._ask_image(split.x[self._at : self._at + 1])

    def _split(self) -> tuple[str, Split]:
        assert self.data is not None
        if self.data.validation is not None:
            return "validation", self.data.validation
        return ("test", self.data.test) if self.data.test is not None else ("training", self.data.train)

    def action_begin_again(self) -> None:
        """Clear the drawing; take the medians of the training rows."""
        if self.form is None:
            return
        self._at, self._origin = None, ""
        if isinstance(self.form, TypedRow):
            self.form.base = None
            self.values = {field.name: field.start for field in self.form.fields}
            self.query_one(RowForm).put(self.values)
            self._ask_typed()
            return
        self.fitted = True
        self.drawing.show(self.drawing.ink * 0)
        self._ask_drawn()

    def action_clear(self) -> None:
        """Clear the drawing; on a form the letter is only a letter."""
        if self.has_class("-drawn"):
            self.action_begin_again()

    def action_train_drawn(self) -> None:
        """Train or pause beside a drawing; on a form the letter is only a letter."""
        if self.has_class("-drawn"):
            self.action_train()

    def action_change_fitting(self) -> None:
        """Bring the drawing to the size and place of the training images, or leave it where it is."""
        if self.has_class("-drawn"):
            self.fitted = not self.fitted
            self._ask_drawn()

    def action_train(self) -> None:
        """Train or pause."""
        self._train()

    def action_leave(self) -> None:
        """Ask no more."""
        self._ask(None)
        self.dismiss(None)

    def _say(self) -> None:
        notes = "; ".join(self._notes)
        if self._error:
            text = f"! {self._error}"
        elif self.has_class("-drawn"):
            fitting = "brought to the size and place of the training images" if self.fitted else "as drawn"
            text = "   ".join(part for part in (self._origin, fitting) if part)
        else:
            text = "   ".join(part for part in (notes, self._help, self._origin) if part)
        self.told.update(text)
        self.told.set_class(bool(self._error), "-wrong")

    def _keys(self) -> list[tuple[str, str]]:
        """Name the keys, short enough for 80 columns."""
        if self.has_class("-drawn"):
            keys = [
                ("drag/space draws, x erases", ""), ("c clear", "begin_again"),
                ("f fit", "change_fitting"), ("t train", "train"),
            ]  # fmt: skip
        elif self.has_class("-texts"):
            keys = [("ctrl+r again", "begin_again"), ("ctrl+t train", "train")]
        else:
            keys = [("+ - step", ""), ("ctrl+r medians", "begin_again"), ("ctrl+t train", "train")]
        return [*keys, ("pgdn row", "take_row(1)"), ("pgup", "take_row(-1)"), ("esc back", "leave")]
