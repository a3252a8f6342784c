"""`make vendor`: copy the front end's libraries, font and icons out of their npm packages into static/.

Versions come from package.json (icons: LUCIDE below, fetched on demand because that package is 67 MB unpacked).
What is copied is what is served; nothing is fetched from anywhere at run time. After a version changes, old files are
removed, static/js/lib/html.js and static/vendor/VENDOR.md are pointed at the new names, and a test pins every checksum.
"""

import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "static/vendor"
FONTS = ROOT / "static/fonts"
CACHE = ROOT / ".cache"

# Bare name as other packages import it -> (npm package, file in it, stem of our file name).
LIBRARIES = {
    "preact": ("preact", "dist/preact.mjs", "preact"),
    "preact/hooks": ("preact", "hooks/dist/hooks.mjs", "preact-hooks"),
    "@preact/signals-core": ("@preact/signals-core", "dist/signals-core.mjs", "signals-core"),
    "@preact/signals": ("@preact/signals", "dist/signals.mjs", "signals"),
    "htm": ("htm", "dist/htm.mjs", "htm"),
}
ONEST = "@fontsource-variable/onest"
WEIGHTS = (400, 800)
# What German, English and Russian need, and for people's names the rest of Latin-1 and Ukrainian.
SUBSETS = {
    "cyrillic": [
        "U+0401",
        "U+0404",
        "U+0406-0407",
        "U+0410-044F",
        "U+0451",
        "U+0454",
        "U+0456-0457",
        "U+0490-0491",
        "U+2116",
    ],
    "latin": [
        *("U+0020-007E", "U+00A0-00FF", "U+0131", "U+0152-0153", "U+2013-2014", "U+2018-201A", "U+201C-201E"),
        *("U+2020", "U+2022", "U+2026", "U+2030", "U+2039-203A", "U+20AC", "U+2122", "U+2190-2193", "U+2212"),
    ],
}
LUCIDE = "1.62.0"
ICON_NAMES = """
    archive archive-restore arrow-right bell calendar check check-check chevron-down chevron-up circle-alert
    circle-check clock columns-3 copy ellipsis eye eye-off group hand headphones info languages link list lock lock-open
    log-out maximize message-square mic mic-off minimize minus moon move pause pencil play plus presentation qr-code
    refresh-cw search send square sticky-note timer triangle-alert undo-2 ungroup user-plus user-x users video
    volume-2 volume-x vote x
"""


def version_of(package: str) -> str:
    version = json.loads((MODULES / package / "package.json").read_text())["version"]
    assert isinstance(version, str)
    return version


def vendor_libraries() -> list[tuple[Path, str]]:
    """Copies each library under a name with its version, and rewrites its imports of the others to those names.

    A page under `script-src 'self'` can hold no import map, so no bare name may be left.
    """
    names = {bare: f"{stem}-{version_of(package)}.js" for bare, (package, _, stem) in LIBRARIES.items()}
    written: list[tuple[Path, str]] = []
    for bare, (package, source, _) in LIBRARIES.items():
        label = f"{package} {version_of(package)}"
        code = (MODULES / package / source).read_text()
        code = re.sub(r"//# sourceMappingURL=\S*", "", code).rstrip() + "\n"
        code = re.sub(r'(\bfrom ?|\bimport ?)"([^".][^"]*)"', lambda match: f'{match[1]}"./{names[match[2]]}"', code)
        target = VENDOR / names[bare]
        target.write_text(code)
        written.append((target, label))
        # Types for tsc and editors, which would otherwise read (and judge) the minified code.
        exported = f'export {{ default }} from "{bare}";\n' if bare == "htm" else f'export * from "{bare}";\n'
        types = target.with_suffix(".d.ts")
        types.write_text(exported)
        written.append((types, label))
        licence = VENDOR / f"{package.removeprefix('@preact/')}.LICENSE"
        shutil.copyfile(MODULES / package / "LICENSE", licence)
        if (licence, label) not in written:
            written.append((licence, label))
    facade = ROOT / "static/js/lib/html.js"
    code = facade.read_text()
    for bare, (_, _, stem) in LIBRARIES.items():
        code = re.sub(rf"vendor/{stem}-\d[^\"]*\.js", f"vendor/{names[bare]}", code)
    facade.write_text(code)
    return written


def vendor_font() -> list[tuple[Path, str]]:
    """Cuts the package's subsets down to the weights and characters in use, and writes fonts.css.

    A phone in a full hall loads both: every kilobyte counts. The licence allows it, Onest has no reserved name.
    """
    label = f"{ONEST} {version_of(ONEST)}"
    written: list[tuple[Path, str]] = []
    css = [
        """\
/* Onest, the one typeface: variable from 400 to 800, and only the characters that German, English and Russian need.
   Written by `make vendor`. */
"""
    ]
    for name, ranges in SUBSETS.items():
        target = FONTS / f"onest-{version_of(ONEST)}-{name}.woff2"
        cut_font(MODULES / ONEST / f"files/onest-{name}-wght-normal.woff2", ranges, target)
        written.append((target, label))
        css.append(
            "@font-face {\n"
            '  font-family: "Onest";\n'
            "  font-style: normal;\n"
            f"  font-weight: {WEIGHTS[0]} {WEIGHTS[1]};\n"
            "  font-display: swap;\n"
            f'  src: url("../fonts/{target.name}") format("woff2");\n'
            f"  unicode-range:{wrapped(ranges)};\n"
            "}\n"
        )
    shutil.copyfile(MODULES / ONEST / "LICENSE", FONTS / "OFL.txt")
    written.append((FONTS / "OFL.txt", label))
    (ROOT / "static/css/fonts.css").write_text("\n".join(css))
    return written


def cut_font(source: Path, ranges: list[str], target: Path) -> None:
    font = instancer.instantiateVariableFont(TTFont(source, recalcTimestamp=False), {"wght": WEIGHTS})
    options = subset.Options()
    options.flavor = "woff2"
    options.layout_features = ["kern", "mark", "mkmk", "ccmp", "locl", "tnum", "lnum"]
    options.hinting = False
    options.name_IDs = ["*"]  # the licence and the authors stay named
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=subset.parse_unicodes(",".join(ranges)))
    cutter.subset(font)
    subset.save_font(font, target, options)


def wrapped(ranges: list[str]) -> str:
    return ",".join(f"\n    {one}" for one in ranges)


def vendor_icons() -> list[tuple[Path, str]]:
    """One sprite: <svg class="icon"><use href="/static/icons.svg#play"></use></svg>."""
    package = CACHE / f"lucide-{LUCIDE}"
    if not package.exists():
        CACHE.mkdir(exist_ok=True)
        package.mkdir()
        subprocess.run(["npm", "pack", "--silent", f"lucide-static@{LUCIDE}"], cwd=CACHE, check=True)
        archive = CACHE / f"lucide-static-{LUCIDE}.tgz"
        subprocess.run(["tar", "-xzf", archive, "-C", package, "--strip-components=1"], check=True)
        archive.unlink()
    symbols = []
    for name in sorted(ICON_NAMES.split()):
        drawing = (package / f"icons/{name}.svg").read_text()
        inner = re.sub(
            r"\s*\n\s*", "", drawing[drawing.index(">", drawing.index("<svg")) + 1 : drawing.index("</svg>")]
        )
        symbols.append(
            f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2"'
            f' stroke-linecap="round" stroke-linejoin="round">{inner}</symbol>'
        )
    sprite = ROOT / "static/icons.svg"
    sprite.write_text(
        f"<!-- lucide {LUCIDE}, ISC: see icons.LICENSE. Written by `make vendor`. -->\n"
        '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"
    )
    licence = ROOT / "static/icons.LICENSE"
    shutil.copyfile(package / "LICENSE", licence)
    label = f"lucide-static {LUCIDE}"
    return [(sprite, label), (licence, label)]


LICENCES = {
    "preact": "MIT",
    "@preact/signals-core": "MIT",
    "@preact/signals": "MIT",
    "htm": "Apache-2.0",
    ONEST: "OFL-1.1",
    "lucide-static": "ISC",
}

PROSE = """\
# What others wrote and we serve

Copied by `make vendor` from the npm packages named here, so that no page loads anything from a third party.
Do not edit these files; a test compares each with its checksum.

- **Update:** change the version in `package.json` (icons: `LUCIDE` in `.ci/vendor.py`), run `npm install`, then
  `make vendor`, then `make check`. The version is in the file's name, so a browser never mixes two.
- **Use:** only `static/js/lib/html.js` imports from `static/vendor/`. Everything else imports from there: a library
  loaded under two URLs would be two libraries, and signals of the one would not move the other.
- **Changed on the way:** the bare imports of the libraries among each other (`"preact"`, `"preact/hooks"`,
  `"@preact/signals-core"`) are rewritten to the relative names of these files, because `script-src 'self'` allows no
  inline import map; the pointer to a source map is removed. The typeface is cut to the weights and
  characters in use. The `.d.ts` files are ours and point to the package's
  types. The icons are single files of the package, put into one sprite.

| file (below `static/`) | package | licence | sha256 |
| --- | --- | --- | --- |
"""


def main() -> None:
    for folder in (VENDOR, FONTS):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    rows = []
    for path, label in vendor_libraries() + vendor_font() + vendor_icons():
        licence = LICENCES[label.rsplit(" ", 1)[0]]
        checksum = hashlib.sha256(path.read_bytes()).hexdigest()
        rows.append(f"| {path.relative_to(ROOT / 'static').as_posix()} | {label} | {licence} | {checksum} |\n")
    (VENDOR / "VENDOR.md").write_text(PROSE + "".join(sorted(rows)))


if __name__ == "__main__":
    main()
