"""The program: thread settings, arguments, then a command or the window.

Nothing that imports NumPy may be imported at the top of this module: BLAS reads its number
of threads when it is loaded, and limits set later from several threads are unreliable. One
thread is right here because training, slices and evaluations are threads of their own.
"""

from __future__ import annotations

import os
import sys

_ONE_THREAD = (
    "OPENBLAS_NUM_THREADS",
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)


def main(arguments: list[str] | None = None) -> int:
    """Run gdviz with command line arguments.

    Parameters
    ----------
    arguments : list of str, optional
        Without the program's name; those of the process by default.

    Returns
    -------
    int
        Exit code: 0 fine, 1 the work failed, 2 wrong usage, 4 nothing can be shown,
        130 interrupted.
    """
    for name in _ONE_THREAD:
        os.environ.setdefault(name, "1")
    try:
        from gdviz.cli.main import run  # noqa: PLC0415  # after the thread settings, see above
    except KeyboardInterrupt:  # the imports take a second, in which nothing else catches it
        sys.stderr.write("gdviz: error: interrupted\n")
        return 130
    return run(sys.argv[1:] if arguments is None else arguments, _show)


def _show(command: str, arguments: list[str]) -> int:
    """Run what needs Qt: the window, or a recording of it."""
    if command == "record":
        from gdviz.qt.record import run_record  # noqa: PLC0415  # Qt only where it is needed

        return run_record(arguments)
    from gdviz.cli.main import window_parser  # noqa: PLC0415  # after the thread settings
    from gdviz.cli.options import config_of  # noqa: PLC0415
    from gdviz.runtime.loading import load_dataset_ahead  # noqa: PLC0415

    # The images are uncompressed while Qt is imported, which takes longer.
    data = config_of(window_parser().parse_args(arguments)).data
    ahead = load_dataset_ahead(data)
    from gdviz.qt.app import run_window  # noqa: PLC0415  # Qt only where it is needed

    return run_window(arguments, ahead)


if __name__ == "__main__":
    sys.exit(main())
