"""Building at the workbench: forms of what is selected, and changes of the stack."""

from __future__ import annotations

from textual import on

from nn_tui.declare import registered, sentence
from nn_tui.errors import SpecError
from nn_tui.experiment import edits
from nn_tui.experiment.spec import Spec
from nn_tui.tui.messages import NoticeWanted, PlaceChosen, SpecEdited
from nn_tui.tui.workbench_panels import CALLBACK, Panels


class BuildingActions(Panels):
    """What changes the experiment.

    Posts: SpecEdited.
    """

    @on(PlaceChosen)
    def edit_place(self, event: PlaceChosen) -> None:
        """Open the form of the row that was chosen, if it is still there."""
        if event.path in self.listing.places:
            self.open_form(event.path)

    def open_form(self, place: str, spec: Spec | None = None, label: str = "") -> None:
        """Open the form of a part; its result becomes a step of the history.

        Args:
            place: a place of the build list.
            spec: the experiment to begin with. Default: the present one.
            label: what the step is called. Default: from the place.
        """
        if self.spec is None or self.checkup is None:
            return
        if place == "layers":
            self.action_add_layer()
            return
        if place == "fit.callbacks":
            self.add_callback()
            return
        from nn_tui.tui.screens.edit import EditScreen

        focus = place
        part = place if place.startswith(("layers.", CALLBACK)) else place.split(".")[0]
        started = spec is None and self.snapshot is not None and self.snapshot.status.epoch > 0
        began = self.spec if spec is None else spec
        step = label or f"edit {_place_words(began, part)}"

        def take(edited: Spec | None) -> None:
            if edited is not None and edited != self.spec:
                self.post_message(SpecEdited(edited, step))
                if part.startswith(("layers.", CALLBACK)):
                    self.call_after_refresh(setattr, self.listing, "selected", part)

        self.app.push_screen(EditScreen(began, part, focus=focus, started=started), take)

    def action_edit(self) -> None:
        """Edit what is selected."""
        self.open_form(self.listing.selected)

    def action_add_layer(self) -> None:
        """Choose a layer's type, then edit it, then put it after the selected one."""
        if self.spec is None or self.checkup is None:
            return
        from nn_tui.tui.screens.add_layer import layer_choices
        from nn_tui.tui.screens.choose import ChooseScreen

        spec = self.spec
        layer = self.situation.layer
        index = len(spec.layers) if layer is None else layer + 1
        where = f"after {_place_words(spec, f'layers.{index - 1}')}" if index else "first"

        def take(name: str | None) -> None:
            if name is not None:
                added = edits.insert_layer(spec, index, edits.new_layer(spec, name, index))
                self.open_form(f"layers.{index}", added, f"add {name}")

        self.app.push_screen(ChooseScreen(f"Add a layer {where}", layer_choices(spec, index)), take)

    def add_callback(self) -> None:
        """Choose a callback, then edit it, then put it after the others."""
        if self.spec is None:
            return
        from nn_tui.tui.screens.choose import Choice, ChooseScreen

        spec = self.spec

        def take(name: str | None) -> None:
            if name is not None:
                added = edits.with_callback(spec, edits.new_callback(spec, name))
                self.open_form(f"{CALLBACK}{len(spec.fit.callbacks)}", added, f"add {name}")

        choices = [Choice(name, name, sentence(kind)) for name, kind in registered("callback").items()]
        self.app.push_screen(ChooseScreen("Add a callback", choices), take)

    def action_step_up(self) -> None:
        """Step the main number of the selected row up."""
        self._step_number(1)

    def action_step_down(self) -> None:
        """Step the main number of the selected row down."""
        self._step_number(-1)

    def _step_number(self, direction: int) -> None:
        from nn_tui.tui.forms.stepping import step_number

        if self.spec is not None:
            place = self.listing.selected
            spec = step_number(self.spec, place, direction)
            words = _place_words(self.spec, place if place.startswith("layers.") else place.split(".")[0])
            self.post_message(SpecEdited(spec, f"step {words}"))

    def action_duplicate_layer(self) -> None:
        """Put a copy of the selected layer after it."""
        if self.spec is not None and (layer := self.situation.layer) is not None:
            self._edit_stack(edits.duplicate_layer(self.spec, layer), "duplicate", layer, layer + 1)

    def action_remove(self) -> None:
        """Take the selected layer or callback out."""
        if self.spec is not None and (callback := self.situation.callback) is not None:
            words = _place_words(self.spec, f"{CALLBACK}{callback}")
            self.post_message(SpecEdited(edits.without_callback(self.spec, callback), f"remove {words}"))
        elif self.spec is not None and (layer := self.situation.layer) is not None:
            self._edit_stack(edits.remove_layer(self.spec, layer), "remove", layer, layer)

    def action_move_up(self) -> None:
        """Move the selected layer towards the input."""
        if self.spec is not None and (layer := self.situation.layer) is not None:
            self._edit_stack(edits.move_layer(self.spec, layer, -1), "move", layer, layer - 1)

    def action_move_down(self) -> None:
        """Move the selected layer towards the output."""
        if self.spec is not None and (layer := self.situation.layer) is not None:
            self._edit_stack(edits.move_layer(self.spec, layer, 1), "move", layer, layer + 1)

    def action_freeze(self) -> None:
        """Freeze the selected layer, or let it train again."""
        from nn_tui.experiment.finetuning import with_frozen

        if self.spec is not None and (layer := self.situation.layer) is not None:
            try:
                spec = with_frozen(self.spec, layer)
            except SpecError as error:
                self.post_message(NoticeWanted(f"! {error}"))
                return
            self._edit_stack(spec, "freeze" if spec.layers[layer].settings else "train", layer, layer)

    def _edit_stack(self, spec: Spec, verb: str, layer: int, select: int) -> None:
        assert self.spec is not None
        words = _place_words(self.spec, f"layers.{layer}")
        self.post_message(SpecEdited(spec, f"{verb} {words}"))
        place = f"layers.{min(select, len(spec.layers) - 1)}" if spec.layers else "layers"
        self.call_after_refresh(setattr, self.listing, "selected", place)


def _place_words(spec: Spec, place: str) -> str:
    if place.startswith(CALLBACK):
        return spec.fit.callbacks[int(place.removeprefix(CALLBACK))].type
    if not place.startswith("layers."):
        return place
    index = int(place.removeprefix("layers."))
    return f"{index + 1} {spec.layers[index].type}"
