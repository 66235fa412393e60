"""A fingerprint of everything a result depends on, so that a stale table can be told."""

import hashlib

import pandas as pd

from analysis.preparation.dataset import PreparationOptions
from survey.responses import ResponseSet


def _feed(digest: "hashlib._Hash", frame: pd.DataFrame) -> None:
    for name in frame.columns:
        column = frame[name]
        digest.update(f"\x1e{name}\x1f{column.dtype.kind}".encode())
        if column.dtype.kind in "fiub":
            digest.update(column.to_numpy().astype("<f8").tobytes())
        else:
            digest.update("\x1f".join(map(str, column)).encode())


def fingerprint(responses: ResponseSet, options: PreparationOptions) -> str:
    """Return the SHA-256 (hex) over study, answers, kinds of missing, respondents and options.

    The same answers prepared in the same way give the same fingerprint on every machine;
    any change of a cell, of the study or of an option gives another.
    """
    digest = hashlib.sha256()
    digest.update(repr(responses.study).encode())
    digest.update(repr(options).encode())
    for frame in (responses.answers, responses.missing, responses.respondents):
        digest.update(repr(list(frame.index)).encode())
        _feed(digest, frame)
    return digest.hexdigest()
