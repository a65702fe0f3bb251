"""The notebooks that readers download: they run alone, offline, and show their charts."""

import json
import os
import re
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import nbformat
import pytest

from nbsrc.site.build import notebooks
from nbsrc.site.pages import downloads

ROOT = Path(__file__).parents[2]
CHAPTERS = [
    page
    for page, path in notebooks.notebooks(ROOT).items()
    if "chapter" in notebooks.read_notebook(path).front_matter
]
every_chapter = pytest.mark.parametrize("page", CHAPTERS)

READER = '''
"""A reader's machine: nbsrc is not installed, no network answers; runs a notebook's code cells."""
import importlib.util, json, socket, sys
from pathlib import Path

sys.meta_path = [f for f in sys.meta_path if "editable" not in getattr(f, "__module__", "")]
sys.path = [p for p in sys.path if not Path(p, "nbsrc").is_dir()]
assert importlib.util.find_spec("nbsrc") is None, "nbsrc is not hidden"

def refuse(*arguments, **named):
    raise OSError("the notebook asked the network")

socket.socket.connect = socket.getaddrinfo = socket.create_connection = refuse

from IPython.core.interactiveshell import InteractiveShell

shell = InteractiveShell.instance()
shell.run_line_magic("colors", "nocolor")
charts = []
cells = json.loads(Path(sys.argv[1]).read_text())["cells"]
for number, cell in enumerate(cells):
    if cell["cell_type"] != "code":
        continue
    done = shell.run_cell("".join(cell["source"]))
    if not done.success:
        sys.exit(f"cell {number} failed: {done.error_before_exec or done.error_in_exec!r}")
    if "altair" in sys.modules and isinstance(done.result, sys.modules["altair"].TopLevelMixin):
        shown, _ = shell.display_formatter.format(done.result)
        charts.append(sorted(shown))
import altair, nbsrc
report = {"charts": charts, "nbsrc": nbsrc.__file__, "sent": altair.JupyterChart._esm}
Path(sys.argv[2]).write_text(json.dumps(report))
'''


@every_chapter
def test_a_downloaded_chapter_runs_alone_and_offline(site: Path, page: str, tmp_path: Path) -> None:
    script, report = tmp_path / "reader.py", tmp_path / "report.json"
    script.write_text(READER, encoding="utf-8")
    hidden = ("PYTHONPATH", "BOOK_BUILD", "BOOK_SEED")
    env = {name: value for name, value in os.environ.items() if name not in hidden}
    env |= {"IPYTHONDIR": str(tmp_path / "ipython"), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-I", str(script), str(site / f"{page}.ipynb"), str(report)],
        cwd=tmp_path, env=env, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, (done.stdout + done.stderr)[-2000:]
    told = json.loads(report.read_text(encoding="utf-8"))
    assert "nbsrc.zip" in told["nbsrc"], "the bundled library was not used"
    assert told["charts"], "the chapter shows no chart"
    for types in told["charts"]:
        assert "application/vnd.jupyter.widget-view+json" in types
    assert_nothing_is_fetched(told["sent"])


def assert_nothing_is_fetched(script: str) -> None:
    """Whatever a frontend would load from another host is named in an import or by a known host."""
    assert len(script) > 500_000, "the runtime does not travel with the chart"
    assert not re.search(r"""(?:from|import\(?)\s*["']https?://""", script)
    for host in ("esm.sh", "cdn.jsdelivr.net", "unpkg.com", "cdnjs.cloudflare.com"):
        assert f"//{host}" not in script, host


@every_chapter
def test_a_downloaded_chapter_is_a_notebook_that_reads_well(site: Path, page: str) -> None:
    text = (site / f"{page}.ipynb").read_text(encoding="utf-8")
    notebook = nbformat.reads(text, as_version=4)
    nbformat.validate(notebook)
    assert notebook.metadata["kernelspec"]["name"] == "python3"
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    assert prose.lstrip().startswith("#")
    assert not re.search(r"\{[a-z:]+\}`", prose), "a role was left as it is"
    assert not re.search(r"^(`{3,}|:{3,})\{", prose, re.MULTILINE), "a directive was left as it is"


@every_chapter
def test_what_travels_of_the_library_is_small_and_always_the_same(page: str) -> None:
    notebook = notebooks.read_notebook(ROOT / f"{page}.md")
    cells = [cell.source for cell in notebook.code]
    packed = downloads.bundled_package(cells)
    assert packed == downloads.bundled_package(cells)
    archive = zipfile.ZipFile(BytesIO(packed))
    names = archive.namelist()
    code = sum(one.compress_size for one in archive.infolist() if one.filename.endswith(".py"))
    assert code < 150_000 and len(packed) < 200_000
    assert {"nbsrc/__init__.py", "nbsrc/chapter/claims.py", "nbsrc/charts/__init__.py"} <= set(
        names
    )
    assert not [name for name in names if name.startswith("nbsrc/site")]


def test_what_a_chapter_does_not_need_stays_at_home() -> None:
    one_room = downloads.bundled_package(["from nbsrc.neurons import sigmoid"])
    names = zipfile.ZipFile(BytesIO(one_room)).namelist()
    assert "nbsrc/neurons/activations.py" in names and "nbsrc/arrays.py" in names
    assert not [
        name
        for name in names
        if name.startswith(("nbsrc/networks", "nbsrc/charts", "nbsrc/neurons/perceptron"))
    ]


def test_prose_is_plain_markdown() -> None:
    told = {"best": "0.75"}
    text = (
        "Best {glue:text}`best`, {math}`x^2`, {term}`bias <biases>`, {cite:p}`x1958`, {eq}`eq-z`."
    )
    assert downloads.plain_markdown(text, told, {}) == "Best 0.75, $x^2$, bias, *x1958*, *eq-z*."
    exercise = "```{exercise} Try it\n:label: ex-a\nDo this.\n```"
    assert downloads.plain_markdown(exercise, {}, {}).split() == [
        "**Exercise:",
        "Try",
        "it**",
        "Do",
        "this.",
    ]


def test_prose_says_what_claims_found() -> None:
    text = "So: {claim}`a-b` As {claim}`some say <a-b>`, and {claim}`a-c`."
    found = {"a-b": "It holds."}
    assert downloads.plain_markdown(text, {}, found) == "So: It holds. As some say, and a-c."


@every_chapter
def test_a_downloaded_chapter_ends_with_what_holds(site: Path, page: str) -> None:
    made = {c["id"]: c for c in json.loads((site / "claims.json").read_text(encoding="utf-8"))}
    source = (ROOT / f"{page}.md").read_text(encoding="utf-8")
    ids = re.findall(r"^- \{claim\}`([^`<]+)`", source, re.MULTILINE)
    notebook = (site / f"{page}.ipynb").read_text(encoding="utf-8")
    lines = [
        line
        for cell in json.loads(notebook)["cells"]
        for line in "".join(cell["source"]).splitlines()
    ]
    assert ids and all(f"- {made[i]['what_holds']}" in lines for i in ids)
