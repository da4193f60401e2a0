"""``amazon-photos history``, ``undo`` and ``apply``: what was changed, the way back, and plans that were kept."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from ..plans.limit import DEFAULT
from .changing import How, change, change_options, max_delete_option
from .client import open_client, print_frame
from .console import Console
from .exits import Exit
from .formats import Format
from .options import ExpandedPath, catalog_option, connection_options, output_options


@click.command("history")
@click.argument("run", required=False)
@output_options
@catalog_option
@connection_options
def history(
    *,
    run: str | None,
    output: Format | None,
    as_json: bool,
    catalog: Path | None,
    profile: str | None,
    cookies: Path | None,
    tld: str | None,
    endpoint: str | None,
) -> None:
    """List what was changed in the library, a row for each run, the latest first; or the steps of one run.

    Nothing is sent: it is read from the journals beside the catalogue.

    \b
    amazon-photos history
    amazon-photos history 20260501-100000-123456-3f2a
    amazon-photos history -o csv
    """
    console = Console(output=output, as_json=as_json)
    with open_client(cookies, tld, endpoint, profile=profile, catalog=catalog) as client:
        print_frame(console, client.history.list() if run is None else client.history.show(run))


@click.command("undo")
@click.argument("run")
@change_options
@max_delete_option
@output_options
@catalog_option
@connection_options
def undo(
    *,
    run: str,
    dry_run: bool,
    plan: Path | None,
    yes: bool,
    max_delete: str | None,
    output: Format | None,
    as_json: bool,
    catalog: Path | None,
    profile: str | None,
    cookies: Path | None,
    tld: str | None,
    endpoint: str | None,
) -> Exit:
    """Undo a run: put back what it changed, where nobody changed it since. It is a run itself.

    \b
    amazon-photos undo 20260501-100000-123456-3f2a --dry-run
    amazon-photos undo 20260501-100000-123456-3f2a
    amazon-photos undo 20260501-100000-123456-3f2a --yes --max-delete 500

    Exit codes: 0 done, 1 failed, 3 a part failed, 6 refused: a limit, or nobody said yes.
    """
    console = Console(output=output, as_json=as_json)
    with open_client(cookies, tld, endpoint, profile=profile, catalog=catalog) as client:
        limit = DEFAULT if max_delete is None else max_delete
        make = partial(client.history.undo, run, max_delete=limit)
        return change(console, client, make, How(dry_run=dry_run, plan=plan, yes=yes))


@click.command("apply")
@click.argument("file", type=ExpandedPath(path_type=Path, dir_okay=False))
@change_options
@max_delete_option
@output_options
@catalog_option
@connection_options
def apply(
    *,
    file: Path,
    dry_run: bool,
    plan: Path | None,
    yes: bool,
    max_delete: str | None,
    output: Format | None,
    as_json: bool,
    catalog: Path | None,
    profile: str | None,
    cookies: Path | None,
    tld: str | None,
    endpoint: str | None,
) -> Exit:
    """Apply a plan that --plan kept: rows that no longer hold are skipped, and say why.

    \b
    amazon-photos trash --filter "extension:tmp" --plan plan.jsonl
    amazon-photos apply plan.jsonl --dry-run
    amazon-photos apply plan.jsonl --yes

    Exit codes: 0 done, 1 failed, 3 a part failed, 6 refused: a limit, or nobody said yes.
    """
    console = Console(output=output, as_json=as_json)
    with open_client(cookies, tld, endpoint, profile=profile, catalog=catalog) as client:
        limit = DEFAULT if max_delete is None else max_delete
        make = partial(client.apply, file, max_delete=limit)
        return change(console, client, make, How(dry_run=dry_run, plan=plan, yes=yes))
