"""Building the site so that the last good one is never harmed.

Chapters are run first, side by side. Sphinx then builds into a stage that it keeps between builds,
and only a finished stage is copied beside the old site and put in its place, in one step: the site
is the symbolic link ``_build/site``. Whatever stops a build (a failing cell, a kill, a full disk)
leaves that link as it was.
"""

import fcntl
import hashlib
import importlib.metadata
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from nbsrc.site.build import execution, notebooks

SITE = Path("_build/site")

INSTALL = "run: python -m pip install -r requirements.txt"

Say = Callable[[str], None]


class BuildError(Exception):
    """The build cannot go on; the message says what happened, where, and what to do."""


def build(root: Path, say: Say = print) -> Path:
    """Build the book at ``root`` and return the folder of the finished site.

    Raises :class:`BuildError`; the site of the last successful build is then untouched.
    """
    start = time.monotonic()
    with _full_disk_explained(), _only_build(root) as lock:
        check_packages(root)
        runs = run_chapters(root, notebooks.notebooks(root), say)
        say("Laying out the pages ...")
        stage = _lay_out(root, lock)
        site = publish(root, stage)
    slowest = ", ".join(
        f"{r.page.rsplit('/', 1)[-1]} {r.seconds:.1f} s" for r in runs if not r.cached
    )
    say(f"Chapters run: {slowest or 'none, all were cached'}.")
    say(f"Built in {time.monotonic() - start:.1f} s. Open {site / 'index.html'}")
    return site


def run_chapters(root: Path, chapters: dict[str, Path], say: Say) -> list[execution.Run]:
    """Run chapters that are not cached; raise :class:`BuildError` if any breaks off."""
    try:
        runs = execution.run_all(root, chapters, say)
    except ValueError as error:
        raise BuildError(str(error)) from None
    failures = [run.error for run in runs if run.error]
    if failures:
        raise BuildError("\n".join(failures))
    return runs


def check_packages(root: Path) -> None:
    """Raise :class:`BuildError` naming packages of ``requirements.txt`` that are not installed."""
    from packaging.requirements import Requirement

    missing = []
    for line in (root / "requirements.txt").read_text(encoding="utf-8").splitlines():
        if not re.match(r"[A-Za-z0-9]", line):
            continue
        wanted = Requirement(line)
        if wanted.marker and not wanted.marker.evaluate():
            continue
        try:
            installed = importlib.metadata.version(wanted.name)
        except importlib.metadata.PackageNotFoundError:
            missing.append(f"{wanted.name} (not installed)")
            continue
        if not wanted.specifier.contains(installed, prereleases=True):
            missing.append(
                f"{wanted.name} ({installed} is installed, {wanted.specifier} is pinned)"
            )
    if missing:
        raise BuildError(
            f"packages are not as requirements.txt pins them: {', '.join(missing)}; {INSTALL}"
        )


def publish(root: Path, stage: Path) -> Path:
    """Copy a finished stage and make it the site, in one step."""
    link = root / SITE
    sites = root / "_build" / "sites"
    sites.mkdir(parents=True, exist_ok=True)
    fresh = sites / f"{time.time_ns():x}"
    try:
        shutil.copytree(stage, fresh)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    temporary = link.with_name("site.new")
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(fresh.relative_to(link.parent))
    if link.is_dir() and not link.is_symlink():
        shutil.rmtree(link)
    temporary.replace(link)
    for old in sites.iterdir():
        if old != fresh:
            shutil.rmtree(old, ignore_errors=True)
    return link


def _lay_out(root: Path, lock: int) -> Path:
    """Run jupyter-book into the stage and return the folder of its pages.

    A finished stage carries a key. A stage without it (the last run was stopped or failed), or with
    another than today's, is begun anew: Sphinx's own state in it may be half written, and it never
    removes what has left the book. The open file ``lock`` goes on to jupyter-book, so that the book
    stays locked until that ends, even when this process is killed.
    """
    stage = root / "_build" / "stage"
    finished = root / "_build" / "stage.finished"
    key = _stage_key(root)
    if not finished.exists() or finished.read_text(encoding="utf-8") != key:
        shutil.rmtree(stage, ignore_errors=True)
    finished.unlink(missing_ok=True)
    stage.mkdir(parents=True, exist_ok=True)
    start = "from jupyter_book.cli.main import main; main()"
    command = [sys.executable, "-c", start, "build", str(root)]
    command += ["--path-output", str(stage), "-W", "--keep-going"]
    code, output = _run_group(command, root, lock)
    log = root / "_build" / "build.log"
    log.write_text(output, encoding="utf-8")
    if code:
        full = [line for line in output.splitlines() if execution.tells_full_disk(line)]
        if full:
            raise OSError(full[-1].strip())
        raise BuildError(f"{what_went_wrong(output)}\n(the whole log is {log.relative_to(root)})")
    finished.write_text(key, encoding="utf-8")
    return stage / "_build" / "html"


def _run_group(command: list[str], root: Path, lock: int) -> tuple[int, str]:
    """Run a command to its end; return its exit code and output, and leave no process of it behind.

    Output goes through a pipe, since on a full disk a log file would hold nothing.
    """
    process = subprocess.Popen(
        command,
        cwd=root,
        env={**os.environ, **execution.REPRODUCIBLE},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        pass_fds=[lock],
        start_new_session=True,
    )
    output: list[str] = []
    reader = threading.Thread(target=lambda: output.extend(process.stdout or ()))
    reader.start()
    try:
        code = process.wait()
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        reader.join()
    return code, "".join(output)


def _stage_key(root: Path) -> str:
    """Return a hash of what Sphinx overlooks: files that come and go, our own code, assets."""
    names = sorted(p.relative_to(root).as_posix() for p in (root / "book").rglob("*"))
    digest = hashlib.sha256("\0".join(names).encode())
    library = Path(__file__).parents[2]
    code = sorted(
        path
        for part in ("chapter", "site")  # the pages print what a chapter's claims hand them
        for path in (library / part).rglob("*")
        if path.suffix in (".py", ".html", ".toml")
    )
    assets = sorted((root / "book" / "_static").glob("*.*"))
    for path in [root / "_config.yml", root / "_toc.yml", *assets, *code]:
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()


def what_went_wrong(log: str) -> str:
    """Return the lines of a Sphinx log that a person can act on."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", log)
    found = re.findall(
        r"^.*(?:WARNING|ERROR|CRITICAL): .*$|(?<=^Figure error:\n).*$|(?<=^Claim error:\n).*$"
        r"|(?<=^Chapter error:\n).*$|(?<=^Coverage error:\n).*$|(?<=^Extension error:\n).*$",
        plain,
        re.MULTILINE,
    )
    found = found or re.findall(r"^[\w.]*Error: .*\S.*$", plain, re.MULTILINE)
    if any("No module named" in line for line in found):
        found.append(INSTALL)
    return "\n".join(dict.fromkeys(found)) or "\n".join(plain.strip().splitlines()[-15:])


@contextmanager
def _only_build(root: Path) -> Iterator[int]:
    """Hold the lock of the book at ``root``, an open file; a second build at a time is refused."""
    folder = root / "_build"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise BuildError("another build of this book is running; wait for it to end") from None
        yield lock.fileno()


@contextmanager
def _full_disk_explained() -> Iterator[None]:
    """Turn a full disk, by whichever error it shows, into a :class:`BuildError` that says so."""
    try:
        yield
    except Exception as error:
        if not execution.is_full_disk(error):
            raise
        reason = str(error).strip().splitlines()[0]
        raise BuildError(
            f"the disk is full ({reason}); free some space and build again. "
            "The site of the last build is untouched."
        ) from None
