"""Logs: one line an event on the error output, for people and machines alike. Never contents: no texts, names or ballots."""

import sys

import structlog


def configure() -> None:
    """Once, by the command line. Tracebacks are plain: a pretty one would print local variables, notes and ballots among them."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
