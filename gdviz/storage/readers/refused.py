"""Files that are recognised and not opened, so that the sentence can say what they are."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refused:
    """One kind of file that is not opened.

    Parameters
    ----------
    title : str
        What it is, to stand after "this is".
    recognises : callable
        Whether a file that begins so is of this kind.
    """

    title: str
    recognises: Callable[[bytes], bool]


def _begins(*beginnings: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(beginnings)


def _is_html(head: bytes) -> bool:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:64].lower()
    return start.startswith((b"<!doctype", b"<html", b"<?xml", b"<head", b"<!--"))


def _is_tensorflow(head: bytes) -> bool:
    # A checkpoint's index is a sorted table: no key, then how many parts there are; beside it
    # lies a text of protocol buffers.
    is_index = re.match(rb"\x00\x00[\x01-\x7f]\x08[\x01-\x7f]\x1a\x02\x08", head) is not None
    return is_index or head.startswith(b"model_checkpoint_path:")


def _is_text(head: bytes) -> bool:
    try:
        # Incremental: the head may end within a character.
        text = codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return bool(text) and all(character >= " " or character in "\t\n\r\f" for character in text)


REFUSED: tuple[Refused, ...] = (
    Refused("an HTML page, probably a download that went wrong", _is_html),
    Refused(
        "a Git LFS pointer, not the file itself (git lfs pull fetches it)",
        _begins(b"version https://git-lfs"),
    ),
    Refused("a ZIP archive of none of the kinds that hold a network", _begins(b"PK")),
    Refused(
        "a compressed file; unpack it first",
        _begins(b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd", b"7z\xbc\xaf", b"\x5d\0\0"),
    ),
    Refused(
        "a TensorFlow checkpoint, which only its own program can put together: with the network as "
        "model, the lines model.load_weights(...) and model.save('network.keras') save it whole",
        _is_tensorflow,
    ),
    Refused("a picture", _begins(b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF")),
    Refused("a text file", _is_text),
)
