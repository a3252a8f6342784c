"""`python -m bench`: both servers in turn, several times, a first load, the stores, several processes; the tables also in docs/."""

import argparse
import asyncio
import os
import platform
import random
import statistics
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import uvloop

from bench import phone_load, processes, stores
from bench.load import Measured, measure
from bench.servers import Phones, bare, ours
from server.settings import ROOT

RATES = (20, 100)
PAGE = ROOT / "docs" / "benchmarks.md"
PROCESSES_PAGE = ROOT / "docs" / "scaling.md"

Results = dict[tuple[str, int], list[Measured]]


async def run(options: argparse.Namespace) -> tuple[Results, dict[str, list[float]]]:
    rng = random.Random(1)
    results: Results = {}
    memory: dict[str, list[float]] = {"ours": [], "bare": []}

    async def one(name: str, phones: Phones) -> None:
        memory[name].append(phones.memory_kib)
        for rate in RATES:
            measured = await measure(phones, rate, options.seconds, rng)
            results.setdefault((name, rate), []).append(measured)
            print(
                f"  {name}, {rate}/s: {measured.cpu_us:.1f} µs a delivery, missing {measured.missing}", file=sys.stderr
            )

    for repetition in range(options.repeat):
        print(f"repetition {repetition + 1} of {options.repeat}", file=sys.stderr)
        async with ours(options.phones) as phones:
            await one("ours", phones)
        size = round(results["ours", RATES[0]][-1].change_bytes)
        async with bare(options.phones, size) as phones:
            await one("bare", phones)
    return results, memory


def table(results: Results, memory: dict[str, list[float]]) -> str:
    """Medians of the repetitions, in Markdown that reads well in a terminal too."""
    head = ("commands/s", "server", "CPU µs / delivery", "ratio", "ack p50 / p99 ms", "fan-out p50 / p99 ms")
    rows = [(*head, "changes / frame", "KiB / connection")]
    for rate in RATES:
        for name in ("bare", "ours"):
            runs = results[name, rate]
            middle = {field: statistics.median(getattr(r, field) for r in runs) for field in Measured.__struct_fields__}
            rows.append(
                (
                    str(rate),
                    "Twin City Lab" if name == "ours" else "bare broadcast",
                    f"{middle['cpu_us']:.1f}",
                    f"{middle['cpu_us'] / statistics.median(r.cpu_us for r in results['bare', rate]):.2f}",
                    f"{middle['ack_p50']:.1f} / {middle['ack_p99']:.1f}",
                    f"{middle['fan_out_p50']:.1f} / {middle['fan_out_p99']:.1f}",
                    f"{middle['changes_per_frame']:.2f}",
                    f"{statistics.median(memory[name]):.0f}",
                )
            )
    return in_markdown(rows)


def in_markdown(rows: Sequence[tuple[str, ...]]) -> str:
    """A table whose columns stand under each other, its head first."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def write(page: Path, mark: str, shown: str) -> None:
    """Put a table between its marks; what is written around it stays."""
    before, begin, rest = page.read_text(encoding="utf-8").partition(f"<!-- {mark} -->\n")
    _, end, after = rest.partition(f"<!-- /{mark} -->")
    page.write_text(f"{before}{begin}{shown}\n{end}{after}", encoding="utf-8")


def machine() -> str:
    """When and on what kind of machine; no names."""
    kind = f"{platform.system()}, {os.cpu_count()} {platform.machine()} cores, Python {platform.python_version()}"
    return f"{datetime.now(UTC):%Y-%m-%d}, {kind}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure the server beside a bare broadcast.")
    parser.add_argument("--phones", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=10.0, help="for each rate (default: 10)")
    parser.add_argument("--repeat", type=int, default=3, help="runs of each, medians are shown (default: 3)")
    parser.add_argument("--only", choices=("fan-out", "phone", "stores", "processes"), help="one of the tables")
    parser.add_argument("--only-print", action="store_true", help="leave docs/ alone")
    options = parser.parse_args()
    shown: dict[str, str] = {}
    missing = 0
    told = f"{options.phones} phones, {options.seconds:.0f} s at each rate, medians of {options.repeat} runs in turn."
    if options.only in (None, "fan-out"):
        results, memory = uvloop.run(run(options))
        missing = sum(measured.missing for runs in results.values() for measured in runs)
        shown["fan-out"] = f"{machine()}. {told}\n\n{table(results, memory)}"
    if options.only in (None, "phone"):
        loads = asyncio.run(phone_load.measure(options.repeat))
        shown["phone"] = f"{machine()}. Medians of {options.repeat}.\n\n{phone_load.table(loads)}"
    if options.only in (None, "stores"):
        appends = uvloop.run(stores.measure(options.repeat, stores.SECONDS))
        stores_told = f"{stores.SECONDS:.0f} s each, medians of {options.repeat} runs in turn."
        shown["stores"] = f"{machine()}. {stores_told}\n\n{stores.table(appends)}"
    if options.only in (None, "processes"):
        several = uvloop.run(processes.run(options.phones, options.seconds, options.repeat))
        missing += sum(measured.missing for runs in several.values() for measured in runs)
        shown["processes"] = f"{machine()}. {told}\n\n{in_markdown(processes.rows(several))}"
    for mark, text in shown.items():
        print(f"\n{text}")
        if not options.only_print:
            write(PROCESSES_PAGE if mark == "processes" else PAGE, mark, text)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
