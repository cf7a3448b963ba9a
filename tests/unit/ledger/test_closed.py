"""A closed ledger takes no more commits."""

from __future__ import annotations

from pathlib import Path

import pytest
from siaksim.ledger.store import FileStore


def test_a_commit_after_the_close_fails_and_touches_no_other_file(tmp_path: Path) -> None:
    store = FileStore(tmp_path / "a.jsonl", {"world": "a"})
    store.close()
    with open(tmp_path / "other", "wb") as other:  # may reuse the descriptor's number
        with pytest.raises(OSError, match="closed"):
            store.append({"entries": []})
        other.flush()
    assert (tmp_path / "other").read_bytes() == b""
    store.close()
