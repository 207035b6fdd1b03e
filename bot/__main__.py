"""The command line: serve, check, keygen, migrate, demo."""

import gc
import logging
import sys
from importlib.metadata import version as installed_version
from typing import Annotated
from urllib.error import URLError

import typer

from bot import garbage, logs, settings
from bot.settings import Settings

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="zsync keeps the customers of Zoho Inventory in step with contact apps.",
)


def _sound_settings(only: str = "") -> Settings:
    """The settings, or a list of what is wrong (with the setting `only`, where it is named) and exit code 1."""
    found, problems = settings.load()
    if found is not None and only:
        problems = [problem for problem in problems if problem.name == only]
    for problem in problems:
        typer.echo(f"{problem.name}: {problem.sentence}", err=True)
    if found is None or problems:
        typer.echo("zsync cannot start before this is right; README, “Settings”, explains each of them.", err=True)
        raise typer.Exit(1)
    return found


@app.command()
def serve() -> None:
    """Serve Slack over HTTP, or over Socket Mode when SLACK_APP_TOKEN is set, and run syncs."""
    logs.configure()
    gc.disable()  # what is imported stays: looking through it again and again is a fifth of the start
    from slack_sdk.errors import SlackApiError, SlackClientError

    from bot.app import Zsync

    garbage.settle()
    found = _sound_settings()
    try:
        Zsync(found, settings.all_names()).serve()
    except SlackApiError as error:
        typer.echo(f"Slack refused zsync ({error.response['error']}); `zsync check` says more.", err=True)
        raise typer.Exit(1) from error
    except (SlackClientError, URLError) as error:
        typer.echo("Slack cannot be reached: look at the network and ZSYNC_SLACK_API_URL.", err=True)
        raise typer.Exit(1) from error


@app.command()
def check() -> None:
    """Say in words what is missing or wrong: settings, database, Slack, the apps' clients."""
    from bot.checks import findings

    bad = 0
    for finding in findings():
        bad += not finding.good
        typer.echo(f"{'ok  ' if finding.good else 'NO  '}{finding.sentence}")
    raise typer.Exit(1 if bad else 0)


@app.command()
def keygen() -> None:
    """Print a new key for ZSYNC_VAULT_KEYS."""
    from sync.store.vault import new_key

    typer.echo(new_key())


@app.command()
def migrate() -> None:
    """Bring the database to the newest schema."""
    from sync.model.errors import SyncError
    from sync.store import migrate as migrations
    from sync.store.database import connect

    found = _sound_settings(only=settings.DATABASE)
    try:
        migrations.upgrade(connect(found.zsync_database_url))
    except SyncError as error:
        typer.echo(error.said(), err=True)
        raise typer.Exit(1) from error
    typer.echo("The database has the newest schema.")


@app.command()
def demo(
    tour: Annotated[bool, typer.Option(help="Play the journey and end.")] = False,
) -> None:
    """Start stand-ins and the real bot on loopback and play the journey; no account, key or internet needed."""
    logs.configure(logging.ERROR)
    from bot.sandbox.demo import play

    raise typer.Exit(play(tour_only=tour))


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(installed_version("zsync"))


def main() -> None:
    app()


if __name__ == "__main__":
    sys.exit(app())
