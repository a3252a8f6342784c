"""Static files as they are served: lasting addresses, compressed, the same code without its comments."""

import json
import shutil
import subprocess
from pathlib import Path

import httpx2
import pytest

from server.settings import ROOT
from server.web.assets import Assets, _without_comments
from tests.hall import running_hall

PARSE_ALL = """
const codes = JSON.parse(require("fs").readFileSync(0));
for (const [identifier, code] of Object.entries(codes)) new (require("vm").SourceTextModule)(code, { identifier });
process.stdout.write(String(Object.keys(codes).length));
"""


@pytest.fixture(scope="module")
def assets() -> Assets:
    return Assets(ROOT / "static")


def test_served_scripts_are_still_scripts(assets: Assets) -> None:
    node = shutil.which("node")
    assert node is not None, "node is missing: make test installs it"
    names = [path.relative_to(ROOT / "static").as_posix() for path in (ROOT / "static/js").rglob("*.js")]
    assert names
    codes = {name: _without_comments(name, (ROOT / "static" / name).read_bytes()).decode() for name in names}
    checked = subprocess.run(
        [node, "--experimental-vm-modules", "--no-warnings", "-e", PARSE_ALL],
        input=json.dumps(codes).encode(),
        capture_output=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr.decode()
    assert checked.stdout.decode() == str(len(names))


def test_comments_in_a_line_of_code_stay() -> None:
    code = b"/** a doc */\nconst a = /** @type {X} */ (b); // why\n  // gone\n/**\n * gone too\n */\nf();\n"
    assert _without_comments("js/x.js", code) == b"const a = /** @type {X} */ (b); // why\nf();\n"


def test_modules_lists_what_an_entry_imports_before_itself(assets: Assets) -> None:
    modules = assets.modules("js/participant.js")
    assert modules[-1] == "js/participant.js"
    assert "js/lib/socket.js" in modules
    assert any(name.startswith("vendor/signals-core") for name in modules)
    assert not [name for name in modules if "facilitator" in name or "projector" in name]


def test_imports_of_a_stylesheet_are_served_in_their_place(tmp_path: Path) -> None:
    (tmp_path / "css").mkdir()
    (tmp_path / "css/a.css").write_text('/* why */\n@import url("b.css");\n@import url("c.css");\np{}\n')
    (tmp_path / "css/b.css").write_text('@import url("d.css");\nq{}\n')
    (tmp_path / "css/c.css").write_text("r{}\n")
    (tmp_path / "css/d.css").write_text("s{}\n")
    assert Assets(tmp_path)._assets["css/a.css"].data == b"s{}\nq{}\nr{}\np{}\n"


def test_no_stylesheet_asks_for_another(assets: Assets) -> None:
    for name, asset in assets._assets.items():
        if name.endswith(".css"):
            assert b"@import" not in asset.data, name


def test_address_changes_with_the_content(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("p{}")
    before = Assets(tmp_path).prefix
    (tmp_path / "a.css").write_text("q{}")
    assert Assets(tmp_path).prefix != before


async def test_lasting_address_is_kept_and_the_plain_one_asked_again(tmp_path: Path) -> None:
    async with running_hall(tmp_path) as hall, httpx2.AsyncClient(base_url=hall.url, timeout=30) as client:
        lasting = await client.get(f"{hall.services.assets.prefix}/css/base.css")
        assert lasting.status_code == 200
        assert "immutable" in lasting.headers["cache-control"]
        assert lasting.headers["content-encoding"] == "gzip"
        plain = await client.get("/static/css/base.css", headers={"accept-encoding": "identity"})
        assert plain.headers["cache-control"] == "no-cache"
        assert "content-encoding" not in plain.headers
        assert plain.text == lasting.text
        for path in ("/static/nothing.js", "/static/../pyproject.toml", "/static/vendor/VENDOR.md"):
            assert (await client.get(path)).status_code == 404
