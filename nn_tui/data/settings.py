"""What can be set about data that are read from files, declared once for forms, TOML and `--set`."""

from __future__ import annotations

from typing import Annotated, Literal

from nn_tui.declare import Knob, register

NO_ROWS = "none"
"""The source of a network whose rows are not chosen yet."""

Count = Annotated[int, Knob(at_least=0)]
Seed = Annotated[int, Knob(at_least=0)]
Share = Annotated[float, Knob(at_least=0, below=1, live=True)]
Deviation = Annotated[float, Knob(at_least=0, live=True)]


@register("source", "table")
class TableSource:
    """Rows of a table: a file, a query, or one of the bundled tables.

    Args:
        task: classification, regression, or auto: recognized by the target's values. Default "auto".
        stratify: whether every part of the split gets its share of each class. Default no.
        order: shuffled: rows are mixed before the split; file: the last rows are kept apart, as for
            a time series. Default "shuffled".
        split_seed: which mix, so that a split can be had again. Default 0.
        validation: another file whose rows are the validation rows. Default none.
        test: another file whose rows are the test rows. Default none.
        missing: what fills a gap in numbers: their median, the most frequent, or drop the row.
            Default "median".
        most_categories: categories of a column at most; the rest share one. Default 20.
        text: bag: which words occur; sequence: their numbers in order, for an Embedding. Default "bag".
        vocabulary: words that are told apart, the most frequent ones. Default 500.
        length: words of a text, or steps of a series, at most. Default 0: by the training rows.
        target_scaling: how a number that is predicted is scaled: none, minmax or standard.
            Default "none".
        window: rows before a row from which it is predicted, for a time series. Default 0: none.
        series: the column that says which series a row belongs to. Default none.
        autoencoder: whether the network learns to give back its input. Default no.
        noise: normal noise added to the numbers of training batches, its deviation. Default 0.
    Source: rows become numbers as in scikit-learn's transformers of the same purpose.
    """

    def __init__(
        self,
        task: Literal["auto", "classification", "regression"] = "auto",
        stratify: bool = False,
        order: Literal["shuffled", "file"] = "shuffled",
        split_seed: Seed = 0,
        validation: Annotated[str | None, Knob()] = None,
        test: Annotated[str | None, Knob()] = None,
        missing: Literal["median", "frequent", "drop"] = "median",
        most_categories: Annotated[int, Knob(at_least=1, at_most=1000)] = 20,
        text: Literal["bag", "sequence"] = "bag",
        vocabulary: Annotated[int, Knob(at_least=1, at_most=100_000, scale="log")] = 500,
        length: Count = 0,
        target_scaling: Literal["none", "minmax", "standard"] = "none",
        window: Count = 0,
        series: Annotated[str | None, Knob()] = None,
        autoencoder: bool = False,
        noise: Deviation = 0.0,
    ) -> None:
        self.task = task
        self.stratify = stratify
        self.order = order
        self.split_seed = split_seed
        self.validation = validation
        self.test = test
        self.missing = missing
        self.most_categories = most_categories
        self.text = text
        self.vocabulary = vocabulary
        self.length = length
        self.target_scaling = target_scaling
        self.window = window
        self.series = series
        self.autoencoder = autoencoder
        self.noise = noise


@register("source", "arrays")
class ArraySource:
    """Arrays as they are: an NPZ or NPY file, a folder of images, IDX files.

    Args:
        task: classification, regression, or auto: by the targets' values. Default "auto".
        stratify: whether every part of the split gets its share of each class. Default no.
        order: shuffled: rows are mixed before the split; file: the last rows are kept apart.
            Default "shuffled".
        split_seed: which mix, so that a split can be had again. Default 0.
        size: height and width that images are brought to. Default none: as the first one is.
        grey: whether images are read without colour. Default no.
        autoencoder: whether the network learns to give back its input. Default no.
        shift: how far training images are moved at random, as a share of their size. Default 0.
        rotate: how far training images are turned at random, in degrees. Default 0.
        flip: whether half of the training images are mirrored left to right. Default no.
        zoom: how much training images are made larger or smaller at random, as a share. Default 0.
        noise: normal noise added to training batches, its deviation. Default 0.
    Source: the augmentations are those of keras.layers.RandomTranslation and its like.
    """

    def __init__(
        self,
        task: Literal["auto", "classification", "regression"] = "auto",
        stratify: bool = False,
        order: Literal["shuffled", "file"] = "shuffled",
        split_seed: Seed = 0,
        size: Annotated[tuple[int, ...] | None, Knob(at_least=1, at_most=4096)] = None,
        grey: bool = False,
        autoencoder: bool = False,
        shift: Share = 0.0,
        rotate: Annotated[float, Knob(at_least=0, at_most=180, live=True)] = 0.0,
        flip: Annotated[bool, Knob(live=True)] = False,
        zoom: Share = 0.0,
        noise: Deviation = 0.0,
    ) -> None:
        self.task = task
        self.stratify = stratify
        self.order = order
        self.split_seed = split_seed
        self.size = size
        self.grey = grey
        self.autoencoder = autoencoder
        self.shift = shift
        self.rotate = rotate
        self.flip = flip
        self.zoom = zoom
        self.noise = noise


@register("source", "none")
class NoRows:
    """No rows yet: a network can be looked at, and trained once data are chosen.

    Args:
        shape: the shape of one row, such as (20,), as far as it is known. Default none.
    Source: as an Input layer alone says it.
    """

    def __init__(self, shape: Annotated[tuple[int, ...] | None, Knob(at_least=1)] = None) -> None:
        self.shape = shape
