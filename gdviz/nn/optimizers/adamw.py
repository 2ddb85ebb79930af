"""AdamW: Adam whose weight decay acts on the weights and not through the gradient.

Through the gradient, Adam would divide the decay by the size of the slopes like everything
else: weights with large slopes would hardly decay. The update is Adam's own; what differs is
where the L2 setting enters, which `Optimizer.decoupled_decay` says.

References
----------
Loshchilov, Hutter, *Decoupled weight decay regularization* (2019), algorithm 2.
"""

from __future__ import annotations

from gdviz.nn.optimizers.adam import ADAM, update
from gdviz.nn.optimizers.optimizer import Optimizer

ADAMW = Optimizer("adamw", "AdamW", 6, ADAM.arrays, update, decoupled_decay=True)
