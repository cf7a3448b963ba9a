"""A ledger keeps every commit, and a restart has the same registry."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from siaksim.errors import UserError
from siaksim.ledger.entries import Change
from siaksim.ledger.ledger import Kept, Ledger
from siaksim.ledger.store import FileStore

NIK = "3576014502079123"
WHO = {"world": "default", "seed": 1}


def registered(ledger: Ledger) -> Change:
    number = len(ledger.registry.by_nik.get(NIK, ())) + 1
    return Change(
        "registered",
        NIK,
        {
            "registration": ledger.registry.registration_id(NIK, number),
            "state": "DATA_VERIFIED",
            "email": "a@example.test",
            "phone": "0812",
            "device": "d1",
            "platform": "android",
            "client": "kiosk.1",
            "expires_at": 99.0,
        },
    )


def test_a_restart_has_the_same_entries_registry_and_kept_answers(tmp_path: Path) -> None:
    path = tmp_path / "w.jsonl"
    first = Ledger(1, FileStore(path, WHO))
    first.commit([registered(first)], 5.0, "r-1", {"s": Kept("h", 201, "a/b", "{}", 9.0)})
    first.close()
    again = Ledger(1, FileStore(path, WHO))
    assert again.entries == first.entries
    assert again.registry.registrations == first.registry.registrations
    assert again.kept == first.kept
    assert path.stat().st_mode & 0o777 == 0o600


@given(cut=st.integers(1, 300))
def test_a_torn_last_commit_is_dropped_whole_and_writing_goes_on(
    tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    path = tmp_path_factory.mktemp("ledger") / "w.jsonl"
    first = Ledger(1, FileStore(path, WHO))
    first.commit([registered(first)], 5.0, "r-1")
    whole = path.read_bytes()
    first.commit([registered(first), registered(first)], 6.0, "r-2")
    first.close()
    torn = path.read_bytes()
    path.write_bytes(torn[: max(len(whole), len(torn) - cut)])
    again = Ledger(1, FileStore(path, WHO))
    assert len(again.entries) == 1
    again.commit([registered(again)], 7.0, "r-3")
    again.close()
    assert len(Ledger(1, FileStore(path, WHO)).entries) == 2


def test_a_ledger_of_another_seed_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "w.jsonl"
    FileStore(path, WHO).close()
    with pytest.raises(UserError, match=r"another world \(seed differ\)"):
        FileStore(path, WHO | {"seed": 2})


def test_a_ledger_file_that_is_not_one_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "w.jsonl"
    path.write_bytes(b"hello\n")
    with pytest.raises(UserError, match="cannot be read"):
        FileStore(path, WHO)


class _FullDisk:
    def append(self, commit: Any) -> None:
        raise OSError(28, "No space left on device")

    def read(self) -> list[dict[str, Any]]:
        return []

    def close(self) -> None:
        pass


def test_a_full_disk_leaves_nothing_changed() -> None:
    ledger = Ledger(1, _FullDisk())
    with pytest.raises(OSError, match="No space"):
        ledger.commit([registered(ledger)], 5.0, "r-1")
    assert ledger.entries == []
    assert ledger.registry.registrations == {}
