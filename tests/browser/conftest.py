"""What tests of faces share."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.browser.chromium import OpenContext
from tests.browser.desk import Stage
from tests.browser.scenery import Scenery
from tests.hall import running_hall


@pytest.fixture
async def stage(open_context: OpenContext, tmp_path: Path) -> AsyncIterator[Stage]:
    async with running_hall(tmp_path) as hall:
        scenery = Scenery(hall)
        await scenery.begin()
        await scenery.write()
        await scenery.reveal()
        yield Stage(hall, scenery, open_context)
