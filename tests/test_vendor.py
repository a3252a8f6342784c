"""What we serve of others is what VENDOR.md says it is: nothing edited, nothing unlisted, nothing fetched elsewhere."""

import hashlib
import re
from pathlib import Path

STATIC = Path(__file__).parents[1] / "static"
ROW = re.compile(r"^\| (\S+) \| (\S+) ([\d.]+) \| (\S+) \| ([0-9a-f]{64}) \|$", re.MULTILINE)
LISTED = {row[0]: row[1:] for row in ROW.findall((STATIC / "vendor/VENDOR.md").read_text(encoding="utf-8"))}


def test_each_vendored_file_has_the_listed_checksum() -> None:
    found = {name: hashlib.sha256((STATIC / name).read_bytes()).hexdigest() for name in LISTED}
    assert found == {name: row[-1] for name, row in LISTED.items()}


def test_every_vendored_file_is_listed() -> None:
    files = {path for folder in ("vendor", "fonts") for path in (STATIC / folder).rglob("*") if path.is_file()}
    files |= set(STATIC.glob("icons.*"))
    names = {path.relative_to(STATIC).as_posix() for path in files}
    assert names - {"vendor/VENDOR.md"} == set(LISTED)


def test_library_names_carry_their_version() -> None:
    for name, (_, version, _, _) in LISTED.items():
        if name.endswith((".js", ".woff2")):
            assert f"-{version}" in name


def test_libraries_import_each_other_by_relative_names() -> None:
    for path in (STATIC / "vendor").glob("*.js"):
        for target in re.findall(r'(?:\bfrom|\bimport) ?"([^"]+)"', path.read_text(encoding="utf-8")):
            assert (path.parent / target).is_file(), f"{path.name} imports {target}"


def test_only_one_module_imports_the_libraries() -> None:
    imported = re.compile(r"""(?:\bfrom|\bimport)\s*\(?\s*["'][^"']*vendor/""")
    importers = [path for path in STATIC.glob("js/**/*.js") if imported.search(path.read_text(encoding="utf-8"))]
    assert [path.relative_to(STATIC).as_posix() for path in importers] == ["js/lib/html.js"]
