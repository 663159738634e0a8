"""What the Data screen finds out about data, in a thread: the columns, what each is taken as, the parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nn_tui.data.dataset import Dataset
from nn_tui.data.sources import kind_of, read
from nn_tui.data.table import Column, Table
from nn_tui.errors import NnTuiError
from nn_tui.experiment.build import load_data
from nn_tui.experiment.proposal import Proposal, propose
from nn_tui.experiment.spec import Spec
from nn_tui.insight.data_views import balance, column_picture, dataset_picture, first_of_each, thumbnails
from nn_tui.insight.pictures import Picture, Sentence

if TYPE_CHECKING:
    from nn_tui.data.files.looking import Watch

FIRST_ROWS = 50


@dataclass(frozen=True)
class ColumnRow:
    """A column as the list shows it; `mark` is T for the target, + for a feature, - for one left out."""

    name: str
    mark: str
    kind: str
    why: str


@dataclass(frozen=True, eq=False)
class DataLook:
    """Data, looked at. Parts that could not be found out are None or empty."""

    spec: Spec
    table: Table | None
    data: Dataset | None
    columns: tuple[ColumnRow, ...]
    error: str
    proposal: Proposal | None

    @property
    def words(self) -> str:
        """Say in a line how many rows there are and what is predicted."""
        if self.data is None:
            return ""
        data = self.data
        parts = (("train", data.train), ("val", data.validation), ("test", data.test))
        rows = ", ".join(f"{len(part):,} {name}" for name, part in parts if part is not None)
        outputs = f"{data.classes} classes" if data.classes else "a number"
        shape = "x".join(map(str, data.input_shape))
        return f"{shape} -> {data.target_name}, {outputs}   rows: {rows}"

    def picture(self, column: str | None) -> Picture:
        """Draw a column, or the data as a whole."""
        if self.table is not None and column is not None:
            target = self.data.preparation.target if self.data and self.data.preparation else None
            if target == column and self.data is not None and self.data.classes:
                return balance(self.data)
            beside = None if target is None or target == column else self.table.column(target)
            return column_picture(self.table.column(column), beside)
        if self.data is None:
            return Sentence("")
        augmentation = self.data.augmentation
        if augmentation is not None and len(self.data.input_shape) == 3:
            import numpy as np

            rows = first_of_each(self.data)
            changed = augmentation(self.data.train.x[rows], np.random.default_rng(0))
            return thumbnails(self.data, changed)
        return dataset_picture(self.data)

    def first_rows(self) -> list[list[str]]:
        """Give the first rows as text, to be shown as a table."""
        if self.table is None:
            return []
        count = min(FIRST_ROWS, len(self.table))
        shown = [[_cell(column, row) for row in range(count)] for column in self.table.columns]
        return [list(row) for row in zip(*shown, strict=True)]


def look_at(spec: Spec, watch: Watch | None = None) -> DataLook:
    """Read the data of a spec and find out what each column is taken as; an error is part of the answer."""
    table, data, error, proposal = None, None, "", None
    columns: tuple[ColumnRow, ...] = ()
    try:
        if kind_of(spec.data.source) == "table":
            table = read(spec.data.source, watch)
            columns = _columns(spec, table, None)
        data = load_data(spec.data, watch)
        if table is not None:
            columns = _columns(spec, table, data)
        proposal = propose(spec.data.source, spec.data)
    except NnTuiError as fault:
        error = str(fault)
    return DataLook(spec, table, data, columns, error, proposal)


def _columns(spec: Spec, table: Table, data: Dataset | None) -> tuple[ColumnRow, ...]:
    preparation = None if data is None else data.preparation
    target = spec.data.target or table.names[-1]
    if preparation is not None:
        target = preparation.target or ""
    plans = {plan.name: plan for plan in preparation.plan} if preparation is not None else {}
    rows = []
    for column in table.columns:
        plan = plans.get(column.name)
        if column.name == target:
            kind = "number"
            why = "what is predicted"
            if preparation is not None:
                kind = "class" if preparation.classes else "number"
                why = preparation.task_why
            rows.append(ColumnRow(column.name, "T", kind, why))
        elif plan is None:
            rows.append(ColumnRow(column.name, "-", column.holds, ""))
        else:
            rows.append(ColumnRow(column.name, "-" if plan.kind == "ignore" else "+", plan.kind, plan.why))
    return tuple(rows)


def _cell(column: Column, row: int) -> str:
    value = column.values[row]
    if column.missing[row]:
        return ""
    if column.holds == "number":
        return f"{value:.6g}"
    if column.holds == "boolean":
        return "yes" if value else "no"
    if column.holds == "date":
        return str(value).removesuffix("T00:00:00").replace("T", " ")
    return str(value)[:40]
