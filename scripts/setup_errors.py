"""What can go wrong before gdviz starts, with the exit code that each failure has."""

import errno

FAILED = 1
WRONG_USAGE = 2
LIBRARIES_MISSING = 3
NOTHING_SHOWN = 4
NO_NETWORK = 5
NO_DISK = 6
INTERRUPTED = 130
DISK_ERRORS = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM}


class SetupError(Exception):
    """The set-up cannot go on.

    Parameters
    ----------
    code : int
        One of this module's exit codes.
    sentence : str
        What is wrong and what to do, without a full stop.
    details : str, default: ""
        The last lines that a failing program printed.
    """

    def __init__(self, code: int, sentence: str, details: str = "") -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.details = details

    def report(self, program: str) -> str:
        """Give the text for stderr: the sentence first, what a failing program said after it."""
        tail = f"\n{self.details}" if self.details else ""
        return f"{program}: error: {self.sentence}{tail}\n"


def code_for(error: OSError) -> int:
    """Give the exit code for a failed call to the operating system."""
    return NO_DISK if error.errno in DISK_ERRORS else FAILED
