"""The command line behind the Makefile: ``python -m nbsrc.site build``, ``chapter`` and others."""

import argparse
import os
import sys
from pathlib import Path


def main(arguments: list[str] | None = None) -> int:
    """Carry out one command; return 0, or 1 after one clear message."""
    parser = argparse.ArgumentParser(prog="python -m nbsrc.site", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("build", help="run the chapters and build the site")
    chapter = commands.add_parser("chapter", help="run and check one chapter")
    chapter.add_argument("name", help="its file name without .md, such as neuron")
    serve = commands.add_parser(
        "serve", help="serve the site on this machine, rebuilding on change"
    )
    serve.add_argument("--port", type=int, default=8000)
    replicate = commands.add_parser("replicate", help="replay chapters under other seeds")
    replicate.add_argument("seeds", help="a range such as 0:20 or a list such as 1,5,7")
    replicate.add_argument("--chapter", default="", help="only this one")
    options = parser.parse_args(arguments)
    try:
        from nbsrc.site.build import commands as run

        return int(getattr(run, options.command)(options, Path.cwd()))
    except ModuleNotFoundError as error:
        say = f"the package {error.name!r} is not installed; "
        print(f"error: {say}run: python -m pip install -r requirements.txt", file=sys.stderr)
    except KeyboardInterrupt:
        print("stopped; the site of the last build is untouched", file=sys.stderr, flush=True)
        os._exit(1)  # threads that wait for kernels would break the orderly way out
    return 1


if __name__ == "__main__":
    sys.exit(main())
