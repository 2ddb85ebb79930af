"""How one neuron is laid out: pictures where its inputs are pixels, tables where they are not."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from gdviz.analysis.inspection.arithmetic import NeuronArithmetic
from gdviz.analysis.weight_images import image_shape, steady_limit, symmetric_limit
from gdviz.nn.parameters import Architecture, FloatArray
from gdviz.qt.views.arithmetic.spelled import (
    product_words,
    source_names,
    target_name,
)
from gdviz.qt.views.arithmetic.tables import Terms, TermTable
from gdviz.qt.widgets.color_scale import Scale
from gdviz.qt.widgets.labels import Label
from gdviz.qt.widgets.pixel_picture import PixelPicture

NO_WAY_BACK = "No output is known to be wanted here: without a target no cost, and no way back."


class Strip(QWidget):
    """Pictures of the inputs side by side, with signs between them; one mark for all."""

    pointed = Signal(object)

    def __init__(self, names: tuple[str, ...], signs: tuple[str, ...]) -> None:
        super().__init__()
        self.pictures = [PixelPicture(name) for name in names]
        self._limits: list[float | None] = [None] * len(names)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for k, picture in enumerate(self.pictures):
            if k:
                sign = Label(signs[k - 1], 15, 400, "muted")
                sign.setAlignment(Qt.AlignmentFlag.AlignCenter)
                sign.setMinimumWidth(28)
                row.addWidget(sign)
            row.addWidget(picture, 1)
            picture.pointed.connect(self.pointed)

    def show_images(self, captions: tuple[str, ...], images: tuple[FloatArray, ...]) -> None:
        """Show arrays (n_in,): the first in grey, the others signed, each on its own scale."""
        for k, (picture, caption, image) in enumerate(
            zip(self.pictures, captions, images, strict=True)
        ):
            picture.caption = caption
            shape = image_shape(image.size)
            if k == 0:
                picture.show_values(image.reshape(shape))
                continue
            wanted = float(symmetric_limit(image, 0))
            limit = self._limits[k] = steady_limit(wanted, self._limits[k])
            picture.show_values(image.reshape(shape), Scale(limit))

    def forget_scales(self) -> None:
        """Another neuron comes: what was right for the former is no measure."""
        self._limits = [None] * len(self._limits)

    def set_mark(self, pixel: int | None) -> None:
        """Mark one pixel in all pictures."""
        for picture in self.pictures:
            picture.set_mark(pixel)


class Pages(QStackedWidget):
    """The way forward and the way back through one neuron.

    Attributes
    ----------
    incoming : Signal(object)
        The connection that is pointed at, an index of the layer before; None if none is.
    outgoing : Signal(object)
        The summand of the error that is pointed at, likewise.
    before_chosen, after_chosen : Signal(int)
        A neuron of the layer before, or of the one after, was clicked.
    """

    incoming = Signal(object)
    outgoing = Signal(object)
    before_chosen = Signal(int)
    after_chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._found: NeuronArithmetic | None = None
        self._architecture: Architecture | None = None
        self._in_parts = False
        self.images = Strip(("Image", "Weights", "Weight times pixel"), ("×", "="))
        self.products = TermTable("Weights times activations", self.forward_words)
        self.errors = TermTable("What the error of this neuron is made of", self.error_words)
        self.gradient_images = Strip(("Image", "Gradient of the weights"), ("× δ =",))
        self.gradients = TermTable("Gradient of each weight", self.gradient_words)
        self._back = QWidget()
        row = QHBoxLayout(self._back)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addWidget(self.errors, 5)
        row.addWidget(self.gradient_images, 5)
        row.addWidget(self.gradients, 5)
        for page in (self.images, self.products, self._back):
            self.addWidget(page)
        self._connect()

    def _connect(self) -> None:
        for strip in (self.images, self.gradient_images):
            strip.pointed.connect(self.incoming)
        for table in (self.products, self.gradients):
            table.rows.pointed.connect(self.incoming)
            table.rows.chosen.connect(self._choose_before)
        self.errors.rows.pointed.connect(self.outgoing)
        self.errors.rows.chosen.connect(self.after_chosen)

    def _choose_before(self, index: int) -> None:  # a slot
        if self._found is not None and self._found.place.layer > 0:
            self.before_chosen.emit(index)

    def show_neuron(
        self,
        found: NeuronArithmetic,
        architecture: Architecture,
        *,
        is_forward: bool,
        in_parts: bool = False,
    ) -> None:
        """Show a neuron in one of the two directions; in parts, tables wait for `paint_part`."""
        self._in_parts = in_parts
        if self._found is None or self._found.place != found.place:
            self.images.forget_scales()
            self.gradient_images.forget_scales()
        self._found, self._architecture = found, architecture
        layer = found.place.layer
        has_pictures = layer == 0 and image_shape(found.inputs.size)[0] > 1
        if not is_forward:
            self._show_backward(found, has_pictures)
        elif has_pictures:
            captions = ("pixels a", "weights w", "products w · a")
            self.images.show_images(captions, (found.inputs, found.weights, found.products))
            self.setCurrentWidget(self.images)
        else:
            self.products.show_terms(self._product_terms(found, layer), in_parts=self._in_parts)
            self.setCurrentWidget(self.products)

    def paint_part(self) -> bool:
        """Paint some more rows; give whether all are painted."""
        return all(
            table.rows.paint_part() for table in (self.products, self.errors, self.gradients)
        )

    def mark(self, incoming: int | None, outgoing: int | None) -> None:
        """Mark what is pointed at, wherever it is shown."""
        for strip in (self.images, self.gradient_images):
            strip.set_mark(incoming)
        for table in (self.products, self.gradients):
            table.rows.set_current(incoming)
        self.errors.rows.set_current(outgoing)

    def forward_words(self, j: int) -> str:
        """Spell one product of the way forward."""
        found = self._found
        if found is None or j >= found.products.size:
            return ""
        numbers = (found.weights[j], found.inputs[j], found.products[j])
        return "w × a  " + product_words(self.incoming_name(j), *map(float, numbers))

    def gradient_words(self, j: int) -> str:
        """Spell one component of the gradient."""
        found = self._found
        if found is None or found.backward is None or j >= found.inputs.size:
            return ""
        back = found.backward
        numbers = (found.inputs[j], back.error, back.weight_gradients[j])
        return "∂C/∂w = a × δ  " + product_words(self.incoming_name(j), *map(float, numbers))

    def error_words(self, k: int) -> str:
        """Spell one summand of the error."""
        back = None if self._found is None else self._found.backward
        if back is None or k >= back.products.size:
            return ""
        numbers = (back.left[k], back.right[k], back.products[k])
        factors = "w × δ" if back.source == "next layer" else "∂C/∂a × ∂a/∂z"
        return f"{factors}  " + product_words(self.outgoing_name(k), *map(float, numbers))

    def incoming_name(self, j: int) -> str:
        """Name what a connection comes from."""
        assert self._found is not None
        assert self._architecture is not None
        return source_names(self._architecture, self._found.place.layer, j)

    def outgoing_name(self, k: int) -> str:
        """Name where a summand of the error comes from."""
        assert self._found is not None
        assert self._architecture is not None
        n_layers = self._architecture.layout.n_layers
        layer = min(self._found.place.layer + 1, n_layers - 1)
        return target_name(self._architecture, layer, k)

    def _rows_of(self) -> object:
        """Give what the names of the rows depend on."""
        assert self._found is not None
        return self._found.place.layer, self._architecture

    def _product_terms(self, found: NeuronArithmetic, layer: int) -> Terms:
        before = "input" if layer == 0 else f"the {found.inputs.size:,} neurons of hidden {layer}"
        return Terms(
            f"Weighted sum over {before}",
            ("from", "weight w", "activation a", "w · a"),
            self.incoming_name,
            found.weights,
            found.inputs,
            found.products,
            self._rows_of(),
            adds_up=True,
        )

    def _show_backward(self, found: NeuronArithmetic, has_pictures: bool) -> None:
        self.setCurrentWidget(self._back)
        back = found.backward
        self.gradient_images.setVisible(has_pictures and back is not None)
        self.gradients.setVisible(not has_pictures and back is not None)
        if back is None:
            self.errors.show_terms(None, NO_WAY_BACK)
            self.errors.show()
            return
        has_summands = back.products.size > 0
        self.errors.setVisible(has_summands)
        if has_summands:
            self.errors.show_terms(self._error_terms(found), in_parts=self._in_parts)
        if has_pictures:
            captions = ("pixels a", "gradient ∂C/∂w = a · δ")
            self.gradient_images.show_images(captions, (found.inputs, back.weight_gradients))
            return
        errors = np.full(found.inputs.size, back.error)
        self.gradients.show_terms(
            Terms(
                "Gradient of the weights",
                ("from", "activation a", "error δ", "∂C/∂w"),
                self.incoming_name,
                found.inputs,
                errors,
                back.weight_gradients,
                self._rows_of(),
                adds_up=False,
            ),
            in_parts=self._in_parts,
        )

    def _error_terms(self, found: NeuronArithmetic) -> Terms:
        back = found.backward
        assert back is not None
        is_hidden = back.source == "next layer"
        heads: Any = ("to", "weight w", "error δ", "w · δ")
        if not is_hidden:
            heads = ("output", "∂C/∂a", "∂a/∂z", "product")
        return Terms(
            "∂C/∂a: errors of the next layer" if is_hidden else "∂C/∂z: over all outputs",
            heads,
            self.outgoing_name,
            back.left,
            back.right,
            back.products,
            self._rows_of(),
            adds_up=True,
        )
