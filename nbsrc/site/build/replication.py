"""How often each claim held when its chapter was replayed under other seeds.

``make replicate SEEDS=0:20`` runs chapters without notebooks, one process a chapter and seed, and
writes ``book/reference/replication.json``. A count belongs to the code it was made with: it keeps a
hash of the chapter's cells and of the modules that they reach, and is shown as out of date once
those change. Docstrings change no count, nor does what draws, in :mod:`nbsrc.charts`.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbsrc.chapter.claims import LOG_VARIABLE
from nbsrc.chapter.seed import VARIABLE
from nbsrc.site.build import reach
from nbsrc.site.build.notebooks import Notebook, read_notebook

FILE = Path("book/reference/replication.json")
_SEEDS = re.compile(r"(\d+):(\d+)|(\d+(?:,\d+)*)")


@dataclass
class Counts:
    """Replays by page: the hash of the code replayed, the seeds, and how often each claim held."""

    pages: dict[str, dict[str, Any]] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)

    def text(self, page: str, claim_id: str) -> str:
        """Return how often a claim held, as the register shows it."""
        replay = self.pages.get(page)
        if replay is None or claim_id not in replay["held"]:
            return "not replayed yet"
        counted = f"{replay['held'][claim_id]} of {len(replay['seeds'])} seeds"
        return counted if replay["code"] == self.hashes.get(page) else f"{counted}, before a change"


def load(root: Path) -> Counts:
    """Return the counts kept in the book at ``root``, with today's hash of each page's code."""
    file = root / FILE
    pages = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    sources = {page: root / f"{page}.md" for page in pages}
    hashes = {p: code_hash(read_notebook(f)) for p, f in sources.items() if f.exists()}
    return Counts(pages, hashes)


def code_hash(notebook: Notebook, library: Path = reach.LIBRARY) -> str:
    """Return a short hash of the code that a chapter's counts belong to."""
    cells = [cell.source for cell in notebook.code]
    digest = hashlib.sha256("\0".join(cells).encode())
    for path in reach.files(cells, library):
        if path.suffix == ".py" and library / "charts" not in path.parents:
            digest.update(path.relative_to(library).as_posix().encode() + b"\0")
            digest.update(reach.without_docstrings(path.read_text(encoding="utf-8")).encode())
    return digest.hexdigest()[:16]


def parse_seeds(text: str) -> list[int]:
    """Return the seeds that ``"0:20"`` (0 to 19) or ``"1,5,7"`` name.

    Raises ``ValueError`` for anything else, an empty range, and a repeated seed.

    >>> parse_seeds("0:3"), parse_seeds("1,5")
    ([0, 1, 2], [1, 5])
    """
    match = _SEEDS.fullmatch(text.strip())
    seeds: list[int] = []
    if match and match[1]:
        seeds = list(range(int(match[1]), int(match[2])))
    elif match:
        seeds = [int(seed) for seed in match[3].split(",")]
    if not seeds or len(set(seeds)) < len(seeds):
        raise ValueError(f"SEEDS is {text!r}; write a range such as 0:20 or a list such as 1,5,7")
    return seeds


def replay(code: str, name: str, seed: int) -> dict[str, Any]:
    """Run a chapter's code in a process of its own; return its claims or what went wrong.

    The result has ``claims`` (id to whether it held) and ``error`` (the last line of the traceback,
    or ``""``).
    """
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "claims.jsonl")
        log.touch()
        script = Path(folder, f"{name}.py")
        script.write_text(code, encoding="utf-8")
        env = {**os.environ, VARIABLE: str(seed), LOG_VARIABLE: str(log), "PYTHONHASHSEED": "0"}
        env |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        done = subprocess.run(
            [sys.executable, str(script)],
            env=env,
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        lines = log.read_text(encoding="utf-8").splitlines()
    made = [json.loads(line) for line in lines]
    complaint = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
    error = complaint if done.returncode else ""
    return {"claims": {c["id"]: c["holds"] for c in made}, "error": error}


def script_of(notebook: Notebook) -> str:
    """Return a chapter's code cells as one script."""
    return "\n\n".join(cell.source for cell in notebook.code) + "\n"


def replicate(
    root: Path, chapters: Mapping[str, Path], seeds: Iterable[int]
) -> tuple[Counts, list[str]]:
    """Replay chapters under every seed in parallel, and keep the counts in the book.

    ``chapters`` maps page names to files. With a Dask scheduler's address in the environment
    variable ``DASK_SCHEDULER_ADDRESS`` the replays go to that cluster, where ``nbsrc`` must be
    installed. Returns the counts and a line for each replay that broke off; a page with such a
    replay keeps the counts it had.
    """
    import joblib
    from tqdm import tqdm

    seeds = list(seeds)
    notebooks = {page: read_notebook(path) for page, path in chapters.items()}
    jobs = [(page, seed) for page in notebooks for seed in seeds]
    results: dict[str, dict[int, dict[str, Any]]] = {page: {} for page in notebooks}
    with _backend():
        runs = joblib.Parallel(return_as="generator")(
            joblib.delayed(replay)(script_of(notebooks[page]), Path(page).name, seed)
            for page, seed in jobs
        )
        for (page, seed), result in zip(
            jobs, tqdm(runs, total=len(jobs), unit="replay"), strict=True
        ):
            results[page][seed] = result
    counts = load(root)
    broken = []
    for page, by_seed in results.items():
        errors = [f"{page}, seed {s}: {r['error']}" for s, r in by_seed.items() if r["error"]]
        broken += errors
        if not errors:
            counts.pages[page] = _count(code_hash(notebooks[page]), by_seed)
            counts.hashes[page] = code_hash(notebooks[page])
    text = json.dumps(counts.pages, indent=1, sort_keys=True) + "\n"
    temporary = (root / FILE).with_suffix(".json.new")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(root / FILE)
    return counts, broken


def _count(code: str, by_seed: Mapping[int, dict[str, Any]]) -> dict[str, Any]:
    ids = sorted({claim for r in by_seed.values() for claim in r["claims"]})
    held = {i: sum(bool(r["claims"].get(i)) for r in by_seed.values()) for i in ids}
    return {"code": code, "seeds": sorted(by_seed), "held": held}


@contextmanager
def _backend() -> Iterator[None]:
    """Have joblib use all cores here, or the Dask cluster whose address the environment gives."""
    import joblib

    address = os.environ.get("DASK_SCHEDULER_ADDRESS")
    if not address:
        with joblib.parallel_config(backend="loky", n_jobs=-1):
            yield
        return
    try:
        from distributed import Client
    except ImportError:
        raise ValueError(
            "DASK_SCHEDULER_ADDRESS is set, but the package distributed is not installed"
        ) from None
    try:
        client = Client(address, timeout=5)
    except (OSError, ValueError) as error:
        raise ValueError(f"no Dask scheduler answers at {address}: {error}") from None
    with client, joblib.parallel_config(backend="dask", client=client):
        yield
