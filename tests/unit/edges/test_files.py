"""Journal files: whole lines, whatever happens."""

from __future__ import annotations

import os
import resource
import signal
from pathlib import Path

import pytest
from siaksim.edges.files import FileSink, lock_folder
from siaksim.errors import UserError


def test_lines_are_on_disk_when_write_returns(tmp_path: Path) -> None:
    sink = FileSink(tmp_path / "a" / "x.jsonl")
    sink.write(b'{"n":1}\n')
    assert sink.path.read_bytes() == b'{"n":1}\n'
    assert sink.path.stat().st_mode & 0o777 == 0o600
    sink.close()


@pytest.mark.parametrize(
    ("before", "kept"),
    [(b"", b""), (b"torn", b""), (b"1\n2", b"1\n"), (b"1\n" + b"x" * 200_000, b"1\n")],
)
def test_a_torn_last_line_is_cut_off(tmp_path: Path, before: bytes, kept: bytes) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(before)
    sink = FileSink(path)
    sink.write(b"new\n")
    sink.close()
    assert path.read_bytes() == kept + b"new\n"


def test_a_full_disk_raises_and_leaves_whole_lines(tmp_path: Path) -> None:
    sink = FileSink(tmp_path / "x.jsonl")
    sink.write(b"a" * 99 + b"\n")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    earlier = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (150, hard))
    try:
        with pytest.raises(OSError, match="No space left"):
            sink.write(b"b" * 99 + b"\n")  # the kernel takes only a part
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, earlier)
    assert sink.path.stat().st_size == 100
    sink.write(b"c\n")
    assert sink.path.read_bytes().endswith(b"a\nc\n")
    sink.close()


def test_a_closed_sink_writes_nowhere(tmp_path: Path) -> None:
    sink = FileSink(tmp_path / "x.jsonl")
    sink.close()
    with pytest.raises(OSError, match="closed"):
        sink.write(b"late\n")


def test_a_folder_is_used_by_one_server(tmp_path: Path) -> None:
    lock = lock_folder(tmp_path)
    with pytest.raises(UserError, match="another siaksim"):
        lock_folder(tmp_path)
    os.close(lock)
    os.close(lock_folder(tmp_path))


def test_a_folder_that_cannot_be_made_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="cannot be used"):
        lock_folder(tmp_path / "file" / "sub")
