"""Telling pickles by their first bytes: plain ones, joblib's and PyTorch's."""

from __future__ import annotations

import re

_PICKLE = re.compile(
    # Protocol 2 and later say so; 0 and 1 begin with marks, a list, a dictionary, a text or a name.
    rb"\x80[\x01-\x06]|\(+(?:[ld]p|[SV]'|i[\w.]+\n\w+\n)|\(*(?:c[\w.]+\n\w+\n|[\]}]q)"
)
_TORCH = re.compile(
    # The number 0x1950a86a20f9469cfc6c in a pickle of its own.
    rb"\x80[\x02-\x05](\x95.{8})?\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19",
    re.DOTALL,
)
_JOBLIB = re.compile(rb"sklearn|joblib")


def is_pickle(head: bytes) -> bool:
    """Say whether a file that begins so is a pickle of any kind."""
    return _PICKLE.match(head) is not None


def is_torch_pickle(head: bytes) -> bool:
    """Say whether it is a pickle of PyTorch before version 1.6."""
    return _TORCH.match(head) is not None


def is_joblib_pickle(head: bytes) -> bool:
    """Say whether it is a pickle of joblib or scikit-learn, which name themselves early."""
    return is_pickle(head) and _JOBLIB.search(head) is not None and not is_torch_pickle(head)
