"""The one thread that touches the file: requests in by a queue, answers out by futures, one COMMIT for all that wait.

A transaction costs one fsync however many requests share it, so a slow disk makes larger groups, not longer queues.
Cancelling a task that waits does not reach the thread: the request is done all the same, in its turn.
"""

import asyncio
import atexit
import itertools
import sqlite3
import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from msgspec import Struct

from server.errors import NotSaved, StoreError

T = TypeVar("T")

MOST_IN_A_GROUP = 512


class _Request(Struct):
    """`erases`: something must leave no trace, so the file is to be tidied afterwards."""

    run: Callable[[sqlite3.Connection], Any]
    writes: bool
    erases: bool
    answer: asyncio.Future[Any]


class _Outcome(Struct):
    answer: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = None


class Writer:
    """`connect` and `tidy` run in the thread; `disconnect` when it ends; `sentence` words an error of SQLite.

    `transactions` counts the groups written, for tests and figures.
    """

    def __init__(
        self,
        connect: Callable[[], sqlite3.Connection],
        disconnect: Callable[[], None],
        tidy: Callable[[sqlite3.Connection], None],
        sentence: Callable[[sqlite3.Error], str],
    ) -> None:
        self.transactions = 0
        self._connect, self._disconnect, self._tidy, self._sentence = connect, disconnect, tidy, sentence
        self._loop = asyncio.get_running_loop()
        self._queue: SimpleQueue[_Request | None] = SimpleQueue()
        # A daemon, or a server that crashed before close() would never end; atexit closes the file all the same.
        self._thread = threading.Thread(target=self._main, name="sqlite", daemon=True)
        self._opened: asyncio.Future[None] = self._loop.create_future()
        self._ended: asyncio.Future[None] = self._loop.create_future()
        self._serving: list[_Request] = []
        self._stopping = False
        self._untidy = False

    async def start(self) -> None:
        self._thread.start()
        try:
            await self._opened
        except asyncio.CancelledError:
            self._queue.put(None)
            raise
        atexit.register(self._leave)

    async def stop(self) -> None:
        """Everything asked for before is done first."""
        if not self._stopping:
            self._stopping = True
            self._queue.put(None)
        await asyncio.shield(self._ended)
        self._thread.join()
        atexit.unregister(self._leave)

    async def read(self, run: Callable[[sqlite3.Connection], T]) -> T:
        """What `run` gives, between two transactions: it sees what is durable and nothing else."""
        return await self._ask(run, writes=False, erases=False)

    async def write(self, run: Callable[[sqlite3.Connection], T], *, erases: bool = False) -> T:
        """What `run` gives, once COMMIT has returned. If `run` raises, what it wrote is undone and nothing else."""
        return await self._ask(run, writes=True, erases=erases)

    async def _ask(self, run: Callable[[sqlite3.Connection], T], *, writes: bool, erases: bool) -> T:
        if self._stopping:
            raise StoreError("The store is closed: open it again.")
        answer: asyncio.Future[T] = self._loop.create_future()
        self._queue.put(_Request(run, writes, erases, answer))
        return await answer

    def _leave(self) -> None:
        self._queue.put(None)
        self._thread.join(timeout=10)

    # All from here on runs in the thread, but for _deliver and _refuse_all, which run in the loop.

    def _main(self) -> None:
        try:
            connection = self._connect()
        except BaseException as error:
            self._tell(self._refuse_all, [_Outcome(self._opened, error=error)])
            return
        self._tell(_deliver, [_Outcome(self._opened)])
        try:
            self._serve(connection)
        finally:
            connection.close()  # empties the WAL into the file and removes it
            self._disconnect()
            # Those served last are answered already, unless an error of our own or of the disk ended the thread.
            self._tell(self._refuse_all, [_closed(request) for request in self._serving])

    def _serve(self, connection: sqlite3.Connection) -> None:
        self._tidy_up(connection)  # what a crash or a full disk left to do
        while requests := self._next_group():
            self._serving = requests
            # In the order they came: a read asked for after a write sees it, and sees it only once it is durable.
            for writes, some in itertools.groupby(requests, key=lambda request: request.writes):
                if writes:
                    self._tell(_deliver, self._commit(connection, list(some)))
                else:
                    self._tell(_deliver, [self._read(connection, request) for request in some])
            self._untidy = self._untidy or any(request.erases for request in requests)
            if self._untidy:
                self._tidy_up(connection)

    def _next_group(self) -> list[_Request]:
        """All that wait, at least one; empty: it is time to stop."""
        group: list[_Request] = []
        request = self._queue.get()
        while request is not None:
            group.append(request)
            if len(group) == MOST_IN_A_GROUP:
                return group
            try:
                request = self._queue.get_nowait()
            except Empty:
                return group
        if group:
            self._queue.put(None)  # nobody asks after that: serve these, then stop
        return group

    def _read(self, connection: sqlite3.Connection, request: _Request) -> _Outcome:
        try:
            return _Outcome(request.answer, request.run(connection))
        except sqlite3.Error as error:
            return _Outcome(request.answer, error=_caused(StoreError(self._sentence(error)), error))
        except Exception as error:
            return _Outcome(request.answer, error=error)

    def _commit(self, connection: sqlite3.Connection, requests: list[_Request]) -> list[_Outcome]:
        try:
            connection.execute("BEGIN IMMEDIATE")
            outcomes = [self._attempt(connection, request) for request in requests]
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            if len(requests) == 1:
                return [_Outcome(requests[0].answer, error=_caused(NotSaved(self._sentence(error)), error))]
            # A full disk may take the whole transaction with it. One by one, what is small may still find room.
            return [outcome for request in requests for outcome in self._commit(connection, [request])]
        self.transactions += 1
        return outcomes

    def _attempt(self, connection: sqlite3.Connection, request: _Request) -> _Outcome:
        connection.execute("SAVEPOINT request")
        try:
            result = request.run(connection)
        except Exception as error:
            if not connection.in_transaction:
                raise  # SQLite undid the whole transaction by itself: nobody of this group is saved
            connection.execute("ROLLBACK TO request")
            connection.execute("RELEASE request")
            if isinstance(error, sqlite3.Error):
                return _Outcome(request.answer, error=_caused(NotSaved(self._sentence(error)), error))
            return _Outcome(request.answer, error=error)
        connection.execute("RELEASE request")
        return _Outcome(request.answer, result)

    def _tidy_up(self, connection: sqlite3.Connection) -> None:
        try:
            self._tidy(connection)
            self._untidy = False
        except sqlite3.Error:
            self._untidy = True  # a full disk, as a rule: tried again after the next requests

    def _tell(self, deliver: Callable[[list[_Outcome]], None], outcomes: list[_Outcome]) -> None:
        try:
            self._loop.call_soon_threadsafe(deliver, outcomes)
        except RuntimeError:
            pass  # the loop is closed: nobody waits any more, and what was asked for is done

    def _refuse_all(self, outcomes: list[_Outcome]) -> None:
        """The thread has ended. In the loop, where requests are made, so that none slips in behind."""
        self._stopping = True
        while not self._queue.empty():
            request = self._queue.get_nowait()
            if request is not None:
                outcomes.append(_closed(request))
        _deliver([*outcomes, _Outcome(self._ended)])


def _closed(request: _Request) -> _Outcome:
    return _Outcome(request.answer, error=StoreError("The store is closed: open it again."))


def _caused(error: StoreError, cause: BaseException) -> StoreError:
    error.__cause__ = cause
    return error


def _deliver(outcomes: list[_Outcome]) -> None:
    for outcome in outcomes:
        if outcome.answer.done():
            continue  # its task was cancelled
        if outcome.error is not None:
            outcome.answer.set_exception(outcome.error)
        else:
            outcome.answer.set_result(outcome.result)
