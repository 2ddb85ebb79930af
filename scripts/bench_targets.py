"""What is promised of speed, in one table; every row that bench.py prints is one of these."""

from typing import NamedTuple


class Target(NamedTuple):
    """One promise, or a figure that goes with them.

    Attributes
    ----------
    key : str
        Of the row in the JSON.
    what : str
        What is measured, as people read it.
    unit : str
        Of the figure; ``x`` is a ratio.
    bound : float or None
        None: a figure without a promise.
    at_least : bool
        Whether more is better; a bound is then from below.
    remark : str
        Stands behind the bound.
    """

    key: str
    what: str
    unit: str
    bound: float | None = None
    at_least: bool = True
    remark: str = ""

    @property
    def text(self) -> str:
        """The promise as people write it, or a dash."""
        if self.bound is None:
            return "–"
        sign = ">=" if self.at_least else "<="
        joint = "" if self.unit == "x" else " "
        bound = f"{sign} {self.bound:g}{joint}{self.unit}".rstrip()
        return f"{bound} {self.remark}".rstrip()

    def met(self, figure: float) -> bool | None:
        """Say whether a figure keeps the promise; None if there is none. NaN keeps nothing."""
        if self.bound is None:
            return None
        return figure >= self.bound if self.at_least else figure <= self.bound


LESSON_SIZES = (10, 32, 100)
"""Mini-batches in which the lesson's network is compared."""
WIDE_NETWORKS = ((784, 128, 64, 10), (784, 512, 256, 10))
WIDE_SIZES = (32, 100)


def network_name(layer_sizes: tuple[int, ...]) -> str:
    """Give layer sizes as people write them."""
    return "-".join(map(str, layer_sizes))


def _against_peers() -> list[Target]:
    lesson = [
        Target(
            f"training_{size}",
            f"training, mini-batch {size}, against the fastest peer",
            "x",
            1.5,
            remark="(stretch: 2x)",
        )
        for size in LESSON_SIZES
    ]
    wide = [
        Target(
            f"training_{network_name(network)}_{size}",
            f"{network_name(network)}, mini-batch {size}, against PyTorch",
            "x",
            1.0,
        )
        for network in WIDE_NETWORKS
        for size in WIDE_SIZES
    ]
    return lesson + wide


def _floor() -> list[Target]:
    rows = []
    for size in LESSON_SIZES:
        speed = f"mini-batch {size}: examples/s"
        rows += [
            Target(f"headless_{size}", f"{speed} of training without a window", "/s"),
            Target(f"floor_{size}", f"{speed} of the two large products alone", "/s"),
            Target(f"floor_share_{size}", f"mini-batch {size}: training over the products", "x"),
        ]
    return rows


_TABLE = [
    *_against_peers(),
    *_floor(),
    Target("full_batch", "full-batch step on all training images, one core", "s", None, False),
    Target("full_batch_both", "the same on both cores", "s", None, False),
    Target("full_batch_cores", "one core over both", "x"),
    Target("starts", "several starts on both cores, against one core", "x", 1.8),
    Target("starts_free", "the same without what others took of the cores", "x", 1.8),
    Target("starts_time", "time of all cores together, against one core", "x", at_least=False),
    Target("starts_processes", "several starts in two processes, against one", "x", 1.8),
    Target("starts_processes_free", "the same without what others took of the cores", "x", 1.8),
    Target("starts_processes_time", "time of all cores together, against one", "x", at_least=False),
    Target("live", "training with the window live, against without", "x", 0.9),
    Target("live_surface", "the same with the cost surface refreshing", "x", 0.6),
    Target("neighbour", "training beside a process that is as busy, against without", "x"),
    Target("frame_rate", "frames per second, live", "/s"),
    Target("frame_rate_surface", "frames per second, live with the cost surface", "/s"),
    Target("surface_rate", "surfaces per second meanwhile", "Hz", 2.0),
    Target("frame_p50", "frame interval, median", "ms"),
    Target("frame_p99", "frame interval, 99th percentile", "ms", 20, at_least=False),
    Target("frame_p99_surface", "the same with the cost surface", "ms", 20, at_least=False),
    Target("frame_longest", "longest frame interval", "ms", at_least=False),
    Target("stall", "longest stall of the GUI thread", "ms", 50, at_least=False),
    Target("pause", "pause, from key to stillness, the longest", "ms", 50, at_least=False),
    Target("surface_exact", "exact surface 41x41 on 1,000 images, one core", "ms"),
    Target("surface_exact_both", "the same, both cores", "ms"),
    Target("surface_brute", "the same by brute force, at its best", "ms"),
    Target("surface_one_core", "brute force over exact, one core", "x", 5.0),
    Target("surface_both_cores", "brute force over exact, both cores", "x", 8.0),
    Target("surface_error", "largest relative error of the exact surface", "", 1e-5, False),
    Target("surface_large", "exact surface 101x101 on all training images, both cores", "s"),
    Target("surface_large_cores", "cores that it keeps busy", "cores", 1.8),
    Target("surface_large_cancel", "its cancelling, the longest", "ms", 100, at_least=False),
    Target("hessian_product", "the Hessian's product on 1,000 images, one core", "ms"),
    Target("curvature", "the two largest curvatures on 1,000 images, one core", "ms"),
    Target("line_slices", "three lines of 101 points on 1,000 images, one core", "ms"),
    Target("replay", "exact replay to a step between keyframes, the longest", "ms", 200, False),
    Target("scrub", "scrub to a stored step, all views redrawn", "ms", 30, False),
    Target("scrub_longest", "the longest of these", "ms", at_least=False),
    Target("scrub_between", "to any step, all views redrawn, the longest", "ms", 200, False),
    Target("first_window", "first window, warm", "s", 1.5, at_least=False),
    Target("whole_window", "first window with all its views, warm", "s"),
    Target("first_curve", "first falling curve, warm", "s", 3.0, at_least=False),
    Target("memory", "memory of the process after 100,000 steps, its peak", "MB", 512, False),
    Target("memory_after", "memory of the process after 100,000 steps", "MB"),
]
TARGETS = {target.key: target for target in _TABLE}
