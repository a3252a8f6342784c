"""What the help of each command ends with: lines that can be copied."""

EXAMPLES = {
    "serve": """examples:
  .venv/bin/python -m server serve
  .venv/bin/python -m server serve --plan sessions/minimal.toml --port 8080
  .venv/bin/python -m server serve --public-url https://lab.example.org --tls-cert lab.pem --tls-key lab.key""",
    "demo": """example:
  .venv/bin/python -m server demo --port 8080""",
    "rehearse": """examples:
  real facilitators, simulated participants, the evening before:
    .venv/bin/python -m server rehearse --session 'http://192.0.2.7:8000/join#participant…'
    .venv/bin/python -m server rehearse --url http://192.0.2.7:8000 --session 'K7M2 9QXD' --speed 1
  everything by itself, with notes of your own:
    .venv/bin/python -m server rehearse --session LINK --facilitate --facilitator LINK_A --facilitator LINK_B --notes notes.csv""",
    "check-plan": """example:
  .venv/bin/python -m server check-plan sessions/minimal.toml""",
    "backup": """examples:
  .venv/bin/python -m server backup --to var/before-the-workshop.sqlite
  .venv/bin/python -m server backup --from /var/lib/lab/lab.sqlite --to /mnt/backup/lab.sqlite --force""",
    "verify": """example:
  .venv/bin/python -m server verify var/before-the-workshop.sqlite""",
    "restore": """example:
  .venv/bin/python -m server restore --from var/before-the-workshop.sqlite""",
    "move": """examples:
  .venv/bin/python -m server move --from sqlite:var/twin-city-lab.sqlite --to redis://127.0.0.1:6379/0
  .venv/bin/python -m server move --from redis://127.0.0.1:6379/0 --to sqlite:var/back.sqlite --session 2c9k8w""",
    "turn-config": """example:
  TURN_HOST=turn.example.org TURN_SECRET=… .venv/bin/python -m server turn-config > /etc/turnserver.conf""",
    "media": """example:
  MEDIA_KEY=… .venv/bin/python -m server media --port 8001 --public-url https://lab.example.org""",
}
