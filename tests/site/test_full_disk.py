"""A full disk is said to be full and leaves the old site, at whatever point it fills up."""

import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.site.tiny_book import CHAPTER, Book, outcome_of

ONE_MEGABYTE = 1_000_000


def test_a_full_disk_is_said_and_leaves_the_old_site(book: Book, pristine: Book) -> None:
    """The process may write no file beyond a size, which stops it as a full disk does."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, resource.RLIM_INFINITY))

    outcome = outcome_of(book.start("build", preexec=limit))
    assert outcome.code == 1
    assert "error: the disk is full" in outcome.complaint
    assert "free some space and build again" in outcome.err
    assert book.site() == pristine.site()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 32 MB, which only root can make."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", str(disk)]
    if os.geteuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a small disk")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


@contextmanager
def filled(disk: Path, but: int) -> Iterator[None]:
    """Fill a disk for a while, but for so many bytes."""
    filler = disk / "filler"
    free = os.statvfs(disk)
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, free.f_bavail * free.f_bsize - but)
    yield
    filler.unlink()


def test_a_disk_that_fills_up_at_any_point_leaves_the_old_site(
    small_disk: Path, pristine: Book
) -> None:
    book = pristine.copy(small_disk / "book")
    book.edit(CHAPTER, "tell(four=4)", "tell(four=2 + 2)")
    for room in (0, ONE_MEGABYTE):
        with filled(small_disk, but=room):
            outcome = book.build()
            assert outcome.code == 1, room
            assert "error: the disk is full" in outcome.complaint, room
            assert book.site() == pristine.site(), room
    assert book.build().code == 0
