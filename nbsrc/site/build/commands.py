"""What each command of ``python -m nbsrc.site`` does; errors become one message and exit code 1."""

import argparse
import functools
import os
import sys
from collections.abc import Callable
from pathlib import Path

from nbsrc.chapter.seed import book_seed
from nbsrc.data import MNIST_VARIABLE, read_mnist
from nbsrc.site.build import notebooks, replication
from nbsrc.site.build import serve as server
from nbsrc.site.build.publishing import BuildError, run_chapters
from nbsrc.site.build.publishing import build as build_site

Command = Callable[[argparse.Namespace, Path], int]


def _explained(command: Command) -> Command:
    @functools.wraps(command)
    def run(options: argparse.Namespace, root: Path) -> int:
        try:
            if not (root / "_toc.yml").exists():
                raise ValueError(f"{root} holds no book (no _toc.yml); run this at its top folder")
            book_seed()
            _settle_data_folder()
            return command(options, root)
        except (BuildError, OSError, ValueError) as error:
            print(f"error: {error}".replace(f"{root}{os.sep}", ""), file=sys.stderr)
            return 1

    return run


def _settle_data_folder() -> None:
    """Check the folder that ``BOOK_MNIST`` names, and name it in full: kernels run elsewhere."""
    folder = os.environ.get(MNIST_VARIABLE)
    if folder:
        read_mnist(Path(folder))
        os.environ[MNIST_VARIABLE] = str(Path(folder).resolve())


def say(text: str) -> None:
    """Print a line at once, so that progress shows also in a log."""
    print(text, flush=True)


@_explained
def build(options: argparse.Namespace, root: Path) -> int:
    """Build the whole book."""
    build_site(root, say)
    return 0


@_explained
def chapter(options: argparse.Namespace, root: Path) -> int:
    """Run one chapter with its checks, and say how long it took."""
    runs = run_chapters(root, notebooks.select(root, options.name), say)
    state = "holds, unchanged since its last run" if runs[0].cached else "holds"
    say(f"{runs[0].page} {state}: every cell ran and every claim was checked.")
    return 0


@_explained
def serve(options: argparse.Namespace, root: Path) -> int:
    """Serve the site on loopback until interrupted."""
    server.serve(root, options.port, say)
    return 0


@_explained
def replicate(options: argparse.Namespace, root: Path) -> int:
    """Replay chapters under other seeds; exit code 1 if any replay broke off."""
    seeds = replication.parse_seeds(options.seeds)
    chosen = (
        notebooks.select(root, options.chapter) if options.chapter else notebooks.notebooks(root)
    )
    counts, broken = replication.replicate(root, chosen, seeds)
    for page in chosen:
        replayed = counts.pages.get(page, {"held": {}, "seeds": []})
        for claim, held in replayed["held"].items():
            say(f"{page}  {claim}: held in {held} of {len(replayed['seeds'])} seeds")
    for line in broken:
        print(f"error: {line}", file=sys.stderr)
    return 1 if broken else 0
