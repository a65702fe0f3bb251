"""What is vendored is of the versions that the build uses, whole, and with its licences."""

import re
from pathlib import Path

import pytest
import vl_convert
from sphinxcontrib.katex import katex_version

ROOT = Path(__file__).parents[2]
VENDOR = ROOT / "book/_vendor/vendor"
README = (VENDOR / "README.md").read_text(encoding="utf-8")


def test_vega_is_the_version_that_charts_are_compiled_for():
    script = (VENDOR / "vega/vega.min.js").read_text(encoding="utf-8")
    wanted = vl_convert.get_vega_version()
    assert f'"{wanted}"' in script
    assert f"vega {wanted}," in README


def test_katex_styles_are_of_the_version_that_sets_the_maths():
    styles = (VENDOR / "katex/katex.min.css").read_text(encoding="utf-8")
    assert f'content:"{katex_version}"' in styles
    assert f"katex {katex_version}," in README


@pytest.mark.parametrize("folder", [p.name for p in VENDOR.iterdir() if p.is_dir()])
def test_every_folder_carries_its_licence_and_is_told_of(folder):
    licences = list((VENDOR / folder).glob("LICENSE*"))
    assert licences and all(len(p.read_text(encoding="utf-8")) > 500 for p in licences)
    assert f"`{folder}/" in README


def test_every_font_family_carries_its_licence():
    for font in (VENDOR / "fonts").glob("*.woff2"):
        family = re.match(r"(source-\w+-\d)", font.name)[1]
        assert (VENDOR / f"fonts/LICENSE-{family}").is_file()


@pytest.mark.parametrize("name", ["_vendor/vendor/katex/katex.min.css", "_static/book.css"])
def test_styles_ask_only_for_files_that_are_there(name):
    styles = ROOT / "book" / name
    targets = re.findall(r"url\(\"?([^)\"]+)\"?\)", styles.read_text(encoding="utf-8"))
    assert targets
    for target in targets:
        path = target.replace("../vendor/", "../_vendor/vendor/") if "_static" in name else target
        assert (styles.parent / path).is_file(), target


def test_the_page_layout_asks_only_for_vendored_files_that_are_there():
    layout = (ROOT / "nbsrc/site/pages/theme/seeing/layout.html").read_text(encoding="utf-8")
    for target in re.findall(r"pathto\('(vendor/[^']+\.\w+)'", layout):
        assert (VENDOR.parent / target).is_file(), target


def test_the_page_script_asks_only_for_vendored_files_that_are_there():
    script = (ROOT / "book/_static/figures.js").read_text(encoding="utf-8")
    wanted = re.findall(r'loadOnce\(folder \+ "([^"]+)"\)', script)
    assert len(wanted) == 2
    assert all((VENDOR / "vega" / name).is_file() for name in wanted)


def test_no_vendored_script_is_loaded_from_or_points_to_a_source_map():
    for script in VENDOR.rglob("*.js"):
        assert "sourceMappingURL" not in script.read_text(encoding="utf-8")[-300:], script.name
