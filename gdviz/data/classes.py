"""Classes: how labels become numbers, and a choice of some classes as part of a source's text.

A source with a choice reads ``PATH?classes=3,8``: one text that a configuration, a checkpoint and
a session keep, so that a run on some classes is repeated on the same ones. Classes are named as
the data name them; what a comma or a per cent sign would confuse is written as in an address.

The labels stay what they were, and so does the number of outputs: an output of a class that is
left out learns to stay dark. Numbers on the screen mean the same with and without a choice, and a
network may go on with other classes.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from urllib.parse import quote, unquote

import numpy as np
import numpy.typing as npt

from gdviz.data.dataset import (
    MAXIMUM_CLASSES,
    DataError,
    Dataset,
    Labels,
    Split,
    read_only,
)

_CHOICE = re.compile(r"(?P<place>.*)\?classes=(?P<classes>[^?]*)", re.DOTALL)
_WHOLE = re.compile(r"[0-9]{1,9}(\.0*)?")
FEWEST = 2
"""Classes between which there is something to choose."""
NAMED = 6
"""Chosen classes that the name of a dataset spells out."""


def numbered(values: Sequence[str], what: str) -> tuple[Labels, tuple[str, ...]]:
    """Give labels for distinct texts.

    Parameters
    ----------
    values : sequence of str
        What stands for a class in a file, each once.
    what : str
        Named in an error.

    Returns
    -------
    labels : ndarray of shape (len(values),), uint8
        Whole numbers from 0 to 99 are their own labels; anything else is numbered in order.
    class_names : tuple of str
        By label; empty if labels are their own numbers.

    Raises
    ------
    DataError
        If there are more than `MAXIMUM_CLASSES`.
    """
    texts = [value.strip() for value in values]
    if all(_WHOLE.fullmatch(text) for text in texts):
        numbers = [int(text.partition(".")[0]) for text in texts]
        if max(numbers, default=0) < MAXIMUM_CLASSES:
            return np.array(numbers, np.uint8), ()
    names = sorted(set(texts), key=_in_order)
    if len(names) > MAXIMUM_CLASSES:
        raise DataError(
            f"{what}: {len(names):,} different labels are more than {MAXIMUM_CLASSES} classes"
        )
    places = {name: place for place, name in enumerate(names)}
    return np.array([places[text] for text in texts], np.uint8), tuple(names)


def _in_order(text: str) -> tuple[bool, float, str]:
    """Numbers by their size, before words."""
    try:
        return False, float(text), text
    except ValueError:
        return True, 0.0, text.casefold() + text


def split_source(source: str) -> tuple[str, tuple[str, ...]]:
    """Give the place of a source and the names of the classes that it chooses; () for all.

    A file that is really called so is taken as it is.
    """
    found = _CHOICE.fullmatch(source)
    if found is None or _exists(source):
        return source, ()
    names = (unquote(name).strip() for name in found["classes"].split(","))
    return found["place"], tuple(name for name in names if name)


def _exists(source: str) -> bool:
    try:
        return Path(source).exists()
    except (OSError, ValueError):  # too long, or not possible as a path
        return False


def with_classes(source: str, names: Iterable[str]) -> str:
    """Give a source with another choice of classes; without names, with all."""
    place, _ = split_source(source)
    chosen = ",".join(quote(name, safe=" ") for name in names)
    return f"{place}?classes={chosen}" if chosen else place


def class_names(text: str) -> tuple[str, ...]:
    """Read names of classes that somebody typed, separated by commas or, if numbers, by spaces."""
    parts = text.split(",") if "," in text else text.split()
    return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))


def present_classes(dataset: Dataset) -> npt.NDArray[np.intp]:
    """Give the labels that have examples, rising."""
    return np.union1d(dataset.train.labels, dataset.test.labels).astype(np.intp)


def class_counts(dataset: Dataset) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Give the number of training and of test examples by label, each of shape (n_classes,)."""
    return (
        np.bincount(dataset.train.labels, minlength=dataset.n_classes),
        np.bincount(dataset.test.labels, minlength=dataset.n_classes),
    )


def shown_examples(dataset: Dataset, labels: Sequence[int], count: int) -> npt.NDArray[np.intp]:
    """Give rows of training images to be shown: the first ones of each class in turn.

    Parameters
    ----------
    dataset : Dataset
    labels : sequence of int
        Classes, in the order in which they take turns.
    count : int
        At most so many rows.
    """
    each = -(-count // max(len(labels), 1))
    found = [np.flatnonzero(dataset.train.labels == label)[:each] for label in labels]
    turns = [rows[k] for k in range(each) for rows in found if k < len(rows)]
    return np.array(turns[:count], np.intp)


def choose_classes(dataset: Dataset, names: Sequence[str]) -> Dataset:
    """Give the examples of some classes alone, in their order.

    Parameters
    ----------
    dataset : Dataset
    names : sequence of str
        As `Dataset.class_name` gives them; none, or all that have examples, for the dataset
        itself.

    Returns
    -------
    Dataset
        Labels and number of classes are as before; `Dataset.source` says the choice.

    Raises
    ------
    DataError
        If a class is not known, fewer than two are chosen or no test example is left.
    """
    if not names:
        return dataset
    present = present_classes(dataset)
    labels = {dataset.class_name(int(label)): int(label) for label in present}
    for name in names:
        if name not in labels:
            raise DataError(
                f"{dataset.source}: no class is called {name!r}; there are "
                f"{_listed(list(labels), 20)}"
            )
    chosen = sorted({labels[name] for name in names})
    if len(chosen) < FEWEST:
        raise DataError(f"{dataset.source}: at least {FEWEST} classes are needed, not {names[0]!r}")
    if len(chosen) == len(present):
        return dataset
    called = [dataset.class_name(label) for label in chosen]
    return dataclasses.replace(
        dataset,
        name=f"{dataset.name} ({_listed(called, NAMED)})",
        source=with_classes(dataset.source, called),
        train=_only(dataset, dataset.train, chosen, "training"),
        test=_only(dataset, dataset.test, chosen, "test"),
    )


def _only(dataset: Dataset, split: Split, labels: list[int], which: str) -> Split:
    rows = np.flatnonzero(np.isin(split.labels, labels))
    if not len(rows):
        raise DataError(f"{dataset.source}: the chosen classes have no {which} images")
    return Split(read_only(split.images[rows]), read_only(split.labels[rows]))


def _listed(names: Sequence[str], most: int) -> str:
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most} more"
    return ", ".join(names)
