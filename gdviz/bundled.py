"""Where the files that come with gdviz are: data, networks, fonts, icons.

Imports nothing of gdviz. In a wheel the folder is ``gdviz/resources``; in a checkout it is
``resources`` beside the package.
"""

from pathlib import Path


def resources_folder() -> Path:
    """Give the folder that holds ``mnist/``, ``networks/``, ``fonts/`` and ``icons/``.

    Returns
    -------
    Path
        The folder inside the installed package if there is one, else the checkout's.
        It is not checked that it exists: the code that opens a file names what is missing.
    """
    package = Path(__file__).resolve().parent
    installed = package / "resources"
    return installed if installed.is_dir() else package.parent / "resources"
