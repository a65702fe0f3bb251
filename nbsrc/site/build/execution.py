"""Running chapters: reproducibly, in parallel, once for each state of code and data.

A chapter's results live in a jupyter-cache of its own, whose folder carries a fingerprint of all
that they depend on beside its cells: the modules of ``nbsrc`` that it reaches, the pinned packages,
the seed, the reader's own data. Plain jupyter-book is led to the same folders.
"""

import errno
import hashlib
import logging
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partialmethod
from pathlib import Path
from typing import IO, Any

from nbsrc.site.build import reach
from nbsrc.site.build.notebooks import Notebook, read_notebook, runs_code

CACHE = Path("_build/cache")
TIMEOUT = 120
KEPT_CACHES = 3
FULL_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

REPRODUCIBLE = {
    "BOOK_BUILD": "1",
    "PYTHONHASHSEED": "0",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "SOURCE_DATE_EPOCH": "0",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    "JUPYTER_PLATFORM_DIRS": "1",
}
"""What kernels run under in a build: one BLAS thread each, so that sums are always in one order."""


@dataclass(frozen=True)
class Run:
    """One chapter's execution: seconds it took (0 if cached) and what went wrong, if anything."""

    page: str
    seconds: float
    cached: bool
    error: str = ""


def prepare_environment() -> None:
    """Set the variables that make runs reproducible, for this process and its kernels."""
    os.environ.update(REPRODUCIBLE)


def fingerprint(root: Path, notebook: Notebook, library: Path = reach.LIBRARY) -> str:
    """Return a short hash of what a chapter's results depend on beside its own code."""
    digest = hashlib.sha256(platform.python_version().encode())
    sources = reach.files((cell.source for cell in notebook.code), library)
    for path in [*sources, root / "requirements.txt"]:
        if path.exists():
            name = path.relative_to(library if path in sources else root).as_posix()
            digest.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    for variable in ("BOOK_SEED", "BOOK_MNIST"):
        digest.update(f"{variable}={os.environ.get(variable, '')}\0".encode())
    data = Path(os.environ.get("BOOK_MNIST") or os.devnull)
    for path in sorted(data.glob("*")):
        digest.update(f"{path.name} {path.stat().st_size} {path.stat().st_mtime_ns}\0".encode())
    return digest.hexdigest()[:16]


def cache_folder(root: Path, notebook: Notebook) -> Path:
    """Return where a chapter's results are cached for the present state of code and data."""
    page = notebook.path.relative_to(root).with_suffix("").as_posix()
    return root / CACHE / page.replace("/", ".") / fingerprint(root, notebook)


def is_full_disk(error: BaseException | None) -> bool:
    """Whether an error, or one that it came from, is that of a full disk."""
    while error is not None:
        if tells_full_disk(str(error)):
            return True
        error = error.__cause__ or error.__context__
    return False


def tells_full_disk(text: str) -> bool:
    """Whether an error's text tells of a full disk: the system's words, or SQLite's."""
    return any(os.strerror(code) in text for code in FULL_DISK) or "disk is full" in text


def open_cache(folder: Path, say: Callable[[str], None]) -> Any:
    """Open the cache in a folder; one that cannot be read is thrown away and begun anew.

    Of the caches beside it, for other states of code and data, the latest are kept.
    """
    from jupyter_cache import get_cache

    try:
        cache = get_cache(folder)
        for record in cache.list_cache_records():
            cache.get_cache_bundle(record.pk)
    except Exception as error:  # whatever a damaged database or notebook raises
        if is_full_disk(error):
            raise
        say(f"The execution cache was damaged ({type(error).__name__}); running the chapters anew.")
        shutil.rmtree(folder, ignore_errors=True)
        cache = get_cache(folder)
        cache.list_cache_records()
    folder.touch()
    for old in sorted(folder.parent.iterdir(), key=lambda p: -p.stat().st_mtime)[KEPT_CACHES:]:
        shutil.rmtree(old, ignore_errors=True)
    return cache


def run_all(root: Path, chapters: dict[str, Path], say: Callable[[str], None]) -> list[Run]:
    """Run the chapters that are not cached, side by side, and cache what succeeds.

    Reports every chapter through ``say`` as it ends. Returns one :class:`Run` a chapter, in order.
    """
    from joblib import Parallel, delayed
    from jupyter_cache.base import CacheBundleIn

    prepare_environment()
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)  # it complains of kernels cut short
    notebooks = {page: read_notebook(path) for page, path in chapters.items()}
    caches = {page: open_cache(cache_folder(root, nb), say) for page, nb in notebooks.items()}
    cached = [page for page, nb in notebooks.items() if _is_cached(caches[page], nb)]
    runs = {page: Run(page, 0.0, True) for page in cached}
    for page in runs:
        say(f"  {page}  unchanged since its last run")
    waiting = {page: nb for page, nb in notebooks.items() if page not in runs}
    if waiting:
        say(f"Running {len(waiting)} of {len(notebooks)} chapters on {os.cpu_count()} cores ...")
    # Threads: the work is done in the kernels' own processes.
    jobs = (delayed(_execute)(page, nb.path) for page, nb in waiting.items())
    parallel = Parallel(n_jobs=os.cpu_count(), prefer="threads", return_as="generator_unordered")
    for run, node in parallel(jobs):
        runs[run.page] = run
        if run.error:
            say(f"  {run.page}  FAILED after {run.seconds:.1f} s")
            continue
        uri = str(notebooks[run.page].path)
        bundle = CacheBundleIn(node, uri, data={"execution_seconds": run.seconds})
        caches[run.page].cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
        say(f"  {run.page}  {run.seconds:.1f} s")
    return [runs[page] for page in chapters]


def last_run(root: Path, notebook: Notebook) -> Any:
    """Return a chapter with the outputs of its run, an ``nbformat`` node.

    Raises ``KeyError`` where it has not run for the present state of code and data.
    """
    cache = open_cache(cache_folder(root, notebook), print)
    return cache.get_cache_bundle(cache.match_cache_notebook(notebook.node).pk).nb


def _is_cached(cache: Any, notebook: Notebook) -> bool:
    try:
        cache.match_cache_notebook(notebook.node)
    except KeyError:
        return False
    return True


def _execute(page: str, path: Path) -> tuple[Run, Any]:
    from jupyter_cache.executors.utils import single_nb_execution

    notebook = read_notebook(path)
    with tempfile.TemporaryFile() as aside:
        try:
            result = single_nb_execution(
                notebook.node,
                cwd=str(path.parent),
                timeout=TIMEOUT,
                allow_errors=False,
                extra_arguments=["--IPKernelApp.log_level=CRITICAL"],
                kernel_manager_class=_kernels_that_speak_to(aside),
            )
        except Exception as problem:  # the kernel died, or gave an output that is not a notebook's
            aside.seek(0)
            said = str(problem).strip() or aside.read().decode(errors="replace").strip()
            reason = (said.splitlines() or ["no reason given"])[0][:300]
            return Run(page, 0.0, False, f"{page}.md: {type(problem).__name__}: {reason}"), None
    error = describe_failure(page, notebook, result.err) if result.err else ""
    return Run(page, result.time, False, error), notebook.node


def _kernels_that_speak_to(aside: IO[bytes]) -> type:
    """Return kernels whose own standard error is a file.

    A kernel that ends may leave words of its messaging library there (ZeroMQ's "Assertion failed:
    pfd.revents & POLLIN"), which are no message of the build. What a chapter prints is captured.
    """
    from jupyter_client.manager import AsyncKernelManager

    starts = partialmethod(AsyncKernelManager.start_kernel, stderr=aside)
    return type("Kernels", (AsyncKernelManager,), {"start_kernel": starts})


def describe_failure(page: str, notebook: Notebook, error: Exception) -> str:
    """Return one message for a chapter that broke off: file, line, cell, error, and its source."""
    code = [cell for cell in notebook.node.cells if cell.cell_type == "code"]
    if type(error).__name__ == "CellTimeoutError":
        limit = notebook.node.metadata.get("execution", {}).get("timeout", TIMEOUT)
        number = max(1, sum(node.execution_count is not None for node in code))  # begun, not ended
        place = f"{page}.md, line {notebook.code[number - 1].line}, code cell {number}"
        return f"{place}: ran longer than {limit} s; make it quicker, or start from a saved result"
    for number, (node, cell) in enumerate(zip(code, notebook.code, strict=True), start=1):
        failures = [out for out in node.get("outputs", []) if out.output_type == "error"]
        if failures:
            name, value = failures[0].ename, failures[0].evalue
            return f"{page}.md, line {cell.line}, code cell {number}: {name}: {value}"
    return f"{page}.md: {type(error).__name__}: {error}"


def _prepare(app: Any, config: Any) -> None:
    """Make MyST-NB's kernels run as ours do."""
    prepare_environment()
    config.nb_execution_cache_path = str(Path(app.srcdir) / CACHE)


def _chapters_that_depend_on_changes(
    app: Any, env: Any, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """Return the chapters whose results belong to another state of code and data than today's."""
    read = getattr(env, "book_fingerprints", {})
    stale = []
    for page in read.keys() & env.found_docs:
        path = Path(env.doc2path(page))
        if not runs_code(path) or fingerprint(Path(app.srcdir), read_notebook(path)) != read[page]:
            stale.append(page)
    return stale


def _use_cache(app: Any, page: str, source: list[str]) -> None:
    """Lead MyST-NB to the chapter's own cache, before it reads the chapter."""
    path = Path(app.env.doc2path(page))
    if not runs_code(path):
        return
    folder = cache_folder(Path(app.srcdir), read_notebook(path))
    folder.parent.mkdir(parents=True, exist_ok=True)
    open_cache(folder, lambda text: print(text, file=sys.stderr))
    app.env.mystnb_config = app.env.mystnb_config.copy(execution_cache_path=str(folder))
    if not hasattr(app.env, "book_fingerprints"):
        app.env.book_fingerprints = {}
    app.env.book_fingerprints[page] = folder.name


def setup(app: Any) -> None:
    """Register the caches."""
    app.connect("config-inited", _prepare, priority=100)  # before MyST-NB reads its settings
    app.connect("env-get-outdated", _chapters_that_depend_on_changes)
    app.connect("source-read", _use_cache)
