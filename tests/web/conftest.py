"""One server for all tests of the doors; each test has a session of its own in it, and the only one that is listed."""

import logging
from collections.abc import AsyncIterator

import pytest

from server.web.plans import load_plan
from tests.core.worlds import PLAN
from tests.hall import KICKOFF, Hall, running_hall


@pytest.fixture(scope="session")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Hall]:
    async with running_hall(tmp_path_factory.mktemp("doors")) as hall:
        yield hall


@pytest.fixture
async def hall(server: Hall) -> Hall:
    hub = server.services.hub
    for row in hub.sessions():
        await hub.delete(row.id)
    row = await hub.open(load_plan(KICKOFF))
    return Hall(server.url, server.services, await hub.live(row.id))


@pytest.fixture
async def workshop(server: Hall, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Hall]:
    """A session of the small plan of the core's tests. Whatever a test does to it, the server logs no trouble."""
    row = await server.services.hub.open(PLAN)
    logger = logging.getLogger("uvicorn")
    logger.addHandler(caplog.handler)
    yield Hall(server.url, server.services, await server.services.hub.live(row.id))
    logger.removeHandler(caplog.handler)
    assert [r.getMessage() for r in caplog.get_records("call") if r.levelno >= logging.WARNING] == []
