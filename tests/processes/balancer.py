"""nginx in front of several processes: each request goes to any of them, nobody comes back to the same one.

By lot and not in turn: whoever asks twice for each line would have all of them in one process.
"""

import subprocess
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from urllib.error import URLError

from tests.ports import free_port

STARTS_WITHIN_S = 60.0

# A server that is not there is passed over at once, and asked again with the next request.
_CONF = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log crit;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    map $http_upgrade $connection_upgrade {{ default upgrade; "" close; }}
    upstream hall {{
        random;
        {servers}
    }}
    server {{
        listen 127.0.0.1:{port} backlog=1024;
        location / {{
            proxy_pass http://hall;
            proxy_http_version 1.1;
            proxy_set_header Host $http_host;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $connection_upgrade;
            proxy_buffering off;
            proxy_connect_timeout 1s;
            proxy_read_timeout 1h;
        }}
    }}
}}
"""


class Balancer:
    """Over `ports`, whether something listens there yet or not."""

    def __init__(self, folder: Path, ports: Sequence[int]) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._folder = folder / "nginx"
        self._folder.mkdir()
        servers = "\n        ".join(f"server 127.0.0.1:{port} max_fails=0;" for port in ports)
        conf = _CONF.format(folder=self._folder, servers=servers, port=self.port)
        (self._folder / "nginx.conf").write_text(conf)

    def __enter__(self) -> "Balancer":
        conf = str(self._folder / "nginx.conf")
        self._process = subprocess.Popen(["nginx", "-p", str(self._folder), "-c", conf], stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + STARTS_WITHIN_S
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((self._folder / "error.log").read_text(errors="replace")[-2000:])
            time.sleep(0.02)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.terminate()
        self._process.wait()

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=1):
                return True
        except URLError as error:
            return hasattr(error, "code")  # it is there, whoever is behind it
