"""The figures of this process for Prometheus, made when somebody asks. Numbers only: no text, name, session or person."""

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from server import VERSION
from server.hub.hub import Hub
from server.hub.meter import BOUNDS_S, Times

CONTENT_TYPE = CONTENT_TYPE_LATEST
_BOUNDS = (*map(str, BOUNDS_S), "+Inf")


class Metrics:
    """Everything about one app, in a registry of its own. `refusals`: by code, since the start."""

    def __init__(self, hub: Hub, refusals: Mapping[str, int]) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_Figures(hub, refusals))
        ProcessCollector(registry=self._registry)

    def render(self) -> bytes:
        return generate_latest(self._registry)


class _Figures(Collector):
    def __init__(self, hub: Hub, refusals: Mapping[str, int]) -> None:
        self._hub = hub
        self._refusals = refusals

    def collect(self) -> Iterator[Metric]:
        meter, saving = self._hub.meter, self._hub.meter.saving
        yield InfoMetricFamily("tcl", "The server that answers.", {"version": VERSION})
        yield GaugeMetricFamily("tcl_sessions_awake", "Sessions at work in this process.", len(self._hub.at_work()))
        yield from self._lines()
        yield _counter("tcl_commands", "Commands of people, by what they were answered.", "result", meter.commands)
        yield _times("tcl_acknowledgement_seconds", "From a command's arrival to its answer.", meter.acknowledgement)
        yield _times("tcl_fan_out_seconds", "One turn, from durable to written to all lines.", meter.fan_out)
        yield _counter("tcl_refusals", "Everything refused, at the doors too, by code.", "code", self._refusals)
        yield _counter("tcl_lines_cut", "Lines the server ended by itself, by reason.", "reason", meter.cut)
        yield _times("tcl_store_append_seconds", "One write, until it is durable.", saving.times)
        yield CounterMetricFamily("tcl_store_failures", "Writes that the store refused.", saving.failures)
        trouble = saving.failed_at is not None
        yield GaugeMetricFamily("tcl_store_trouble", "1 while the last write has failed.", trouble)

    def _lines(self) -> Iterator[Metric]:
        """Connections by face and room, and what waits for them."""
        lines = [line for live in self._hub.at_work() for line in live.lines()]
        connections = GaugeMetricFamily("tcl_connections", "Open lines.", labels=("face", "room"))
        for (face, room), count in sorted(Counter((line.actor.role, line.actor.room) for line in lines).items()):
            connections.add_metric((face, room), count)
        yield connections
        queues = [line.outbox.queued for line in lines] or [(0, 0)]
        for place, what in enumerate(("frames", "bytes")):
            waiting = [queue[place] for queue in queues]
            yield GaugeMetricFamily(f"tcl_outbox_{what}", f"{what.title()} that wait, over all lines.", sum(waiting))
            yield GaugeMetricFamily(f"tcl_outbox_{what}_max", f"{what.title()} that wait for one line.", max(waiting))


def _counter(name: str, says: str, label: str, counts: Mapping[str, int]) -> Metric:
    family = CounterMetricFamily(name, says, labels=(label,))
    for value, count in sorted(counts.items()):
        family.add_metric((value,), count)
    return family


def _times(name: str, says: str, times: Times) -> Metric:
    buckets = list(zip(_BOUNDS, itertools.accumulate(times.counts), strict=True))
    return HistogramMetricFamily(name, says, buckets, times.total_s)
