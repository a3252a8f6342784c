"""Static files from memory: read, hashed and compressed once at start, so that a hall that joins at once costs nothing.

All of them lie below `/static/<digest of everything>/`: relative imports stay inside it, the address changes with any
content, and browsers may keep them for ever. `/static/...` without the digest still answers, but must be asked again.
"""

import gzip
import hashlib
import mimetypes
import re
from pathlib import Path, PurePosixPath

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from server.errors import Code, Rejected

_COMPRESSED = {".js", ".css", ".svg", ".json", ".html", ".txt", ".webmanifest"}
_TYPES = {".js": "text/javascript", ".woff2": "font/woff2", ".webmanifest": "application/manifest+json"}
_NOT_SERVED = (".md", ".d.ts", "LICENSE")
_IMPORT = re.compile(r"""\b(?:from|import)\s*"(\.[^"]+)\"""")


# A stylesheet's imports are served in their place: one request instead of a chain of them.
_CSS_IMPORT = re.compile(rb"""^@import url\("([^"]+)"\);\n""", re.MULTILINE)
# Comment blocks and comment lines of our own scripts, when they stand alone on their lines: about a fifth of the scripts
# a phone loads, compressed. Code is served as it was written, line by line.
_JS_COMMENTS = re.compile(rb"^[ \t]*(?:/\*\*(?:(?!\*/).)*\*/[ \t]*|//[^\n]*)\n", re.MULTILINE | re.DOTALL)
_CSS_COMMENTS = re.compile(rb"/\*.*?\*/\n?", re.DOTALL)


class Asset:
    """One file: plain and, where it pays, compressed."""

    def __init__(self, name: str, data: bytes) -> None:
        suffix = PurePosixPath(name).suffix
        self.data = data
        self.type = _TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
        # mtime=0: the same content always gives the same bytes.
        self.gzipped = gzip.compress(data, 9, mtime=0) if suffix in _COMPRESSED and len(data) > 500 else None


class Assets:
    """`prefix` is where pages load them from, without a slash at the end."""

    def __init__(self, directory: Path) -> None:
        self._assets: dict[str, Asset] = {}
        for path in sorted(directory.rglob("*")):
            name = path.relative_to(directory).as_posix()
            if path.is_file() and not name.endswith(_NOT_SERVED):
                data = _whole_style(path) if name.endswith(".css") else path.read_bytes()
                self._assets[name] = Asset(name, _without_comments(name, data))
        self.digest = digest_of(self._files())
        self.prefix = f"/static/{self.digest}"

    def packed(self) -> bytes:
        """All of them as one value, for a process of another release."""
        return msgspec.msgpack.encode(self._files())

    def _files(self) -> dict[str, bytes]:
        return {name: asset.data for name, asset in self._assets.items()}

    def modules(self, entry: str) -> list[str]:
        """All modules an entry imports, itself last, so that a page can have them loaded side by side."""
        found: dict[str, None] = {}
        self._follow(entry, found)
        return list(found)

    def _follow(self, name: str, found: dict[str, None]) -> None:
        if name in found or name not in self._assets:
            return
        found[name] = None
        for match in _IMPORT.finditer(self._assets[name].data.decode()):
            self._follow(_normal(PurePosixPath(name).parent / match.group(1)), found)
        found[name] = found.pop(name)

    async def serve(self, request: Request) -> Response:
        """`/static/{path}`, with or without the digest in front. Raises `Rejected(PAGE_UNKNOWN)`."""
        path: str = request.path_params["path"]
        name = path.removeprefix(f"{self.digest}/")
        return self.answer(request, name, lasting=name != path)

    def answer(self, request: Request, name: str, lasting: bool) -> Response:
        """One file by its name, see `respond`. Raises `Rejected(PAGE_UNKNOWN)`."""
        asset = self._assets.get(name)
        if asset is None:
            raise Rejected(Code.PAGE_UNKNOWN)
        return respond(request, asset, lasting)


def digest_of(files: dict[str, bytes]) -> str:
    """Of names and contents, in the order given."""
    digest = hashlib.sha256()
    for name, data in files.items():
        digest.update(f"{name}\0".encode() + data)
    return digest.hexdigest()[:12]


def respond(request: Request, asset: Asset, lasting: bool) -> Response:
    """An asset, compressed for those who take it. `lasting`: this address will never mean anything else."""
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable" if lasting else "no-cache",
        "Vary": "Accept-Encoding",
    }
    data = asset.data
    if asset.gzipped is not None and "gzip" in request.headers.get("accept-encoding", ""):
        data = asset.gzipped
        headers["Content-Encoding"] = "gzip"
    return Response(data, headers=headers, media_type=asset.type)


def compressed(request: Request, response: Response) -> Response:
    """A page of the moment, compressed for those who take it."""
    if "gzip" in request.headers.get("accept-encoding", ""):
        response.body = gzip.compress(bytes(response.body), 6)
        response.headers["Content-Length"] = str(len(response.body))
        response.headers["Content-Encoding"] = "gzip"
        response.headers["Vary"] = "Accept-Encoding"
    return response


def _whole_style(path: Path) -> bytes:
    """A stylesheet with its imports in their place. All lie in one folder, so their own references stay right."""
    return _CSS_IMPORT.sub(lambda found: _whole_style(path.parent / found[1].decode()), path.read_bytes())


def _without_comments(name: str, data: bytes) -> bytes:
    if name.startswith("js/"):
        return _JS_COMMENTS.sub(b"", data)
    return _CSS_COMMENTS.sub(b"", data) if name.startswith("css/") else data


def _normal(path: PurePosixPath) -> str:
    parts: list[str] = []
    for part in path.parts:
        if part == ".." and parts:
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)
