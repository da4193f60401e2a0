"""The tables of the documents that say what the code says: ``make docs`` writes them, a test holds them together.

A table stands between ``<!-- table: name -->`` and ``<!-- end -->``, a file of the repository as it is between
``<!-- file: its path -->`` and the same end.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from pathlib import Path

from click import Command

from amazon_photos.auth.precedence import ORDER
from amazon_photos.cli import exits
from amazon_photos.cli.app import app
from amazon_photos.cli.syntax.defaults import name_variable
from amazon_photos.cli.syntax.describe import describe_syntax, list_examples, walk_commands
from amazon_photos.cli.syntax.table import NEVER, TABLE, CommandSyntax, Flag, list_unshared
from amazon_photos.frames import results as words
from amazon_photos.model.fields import FIELDS, WORDS, Field, Operator
from amazon_photos.model.filetypes import categories
from amazon_photos.model.findings import DoctorOutcome
from amazon_photos.model.regions import REGIONS
from amazon_photos.probe.question import ProbeOutcome
from amazon_photos.settings import Settings
from amazon_photos.settings.help_text import read_texts
from amazon_photos.transfer.local import junk as junk_names

ROOT = Path(__file__).parents[1]
DOCUMENTS = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
_PLACE = re.compile(r"(<!-- table: ([a-z ]+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)
_FILE = re.compile(r"(<!-- file: ([\w./@-]+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)
_LANGUAGES = {".service": "ini", ".timer": "ini", ".conf": "ini", ".yaml": "yaml"}


def marketplaces() -> str:
    rows = (
        (f"amazon.{tld}", f"`session-id`, `ubid-{region.suffix}`, `at-{region.suffix}`", _variables(region.suffix))
        for tld, region in REGIONS.items()
    )
    return _table(("marketplace", "cookies", "in the environment"), rows)


def _variables(suffix: str) -> str:
    return f"`session_id`, `ubid_{suffix}`, `at_{suffix}`"


def search_words() -> str:
    fields = dict.fromkeys(WORDS["search"].values())
    examples = {"type": "type:(PHOTOS OR VIDEOS)", "things": "things:(plant AND beach OR moon)"}
    examples |= {"timeYear": "timeYear:(2023)", "timeMonth": "timeMonth:(8)", "timeDay": "timeDay:(14)"}
    examples |= {"location": "location:(CAN#BC#Vancouver)", "favorite": "favorite:(true)", "name": "name:(IMG*)"}
    examples |= {"extension": "extension:(jpg)", "people": "people:(id)", "clusterId": "clusterId:(id)"}
    rows = ((f"`{f.search_name}`", f"`{examples[f.search_name]}`", f.help) for f in fields)
    return _table(("word", "example", "what it is"), rows)


def relation_words() -> str:
    examples = {"things": "things:(beach)", "location": "location:(Vancouver)", "people": "people:(Ada)"}
    examples |= {"clusterId": "clusterId:(id)", "album": "album:(Summer)", "family": "family:(id)"}
    rows = (
        (f"`{f.search_name}`", f"`{examples[f.search_name]}`", f"`{f.relation}`", "yes" if f.search else "", f.help)
        for f in FIELDS
        if f.relation
    )
    return _table(("word", "example", "relation", "searches know it", "what it is"), rows)


def node_words() -> str:
    fields = [f for f in dict.fromkeys(WORDS["node"].values()) if f.path]
    rows = ((f"`{f.path}`", f.type, _asks(f), "yes" if f.sortable else "", f.help) for f in fields)
    return _table(("word", "type", "filters", "sortable", "what it is"), rows)


def _asks(field: Field) -> str:
    if field.path == "isRoot":
        return "only `true`"
    if field.path == "contentProperties.contentType":
        return "`image*`, `video*`"
    forms = {Operator.EQUAL: "equality", Operator.PREFIX: "prefix `x*`", Operator.RANGE: "range"}
    return ", ".join(text for operator, text in forms.items() if operator in field.node)


def columns() -> str:
    rows = ((f"`{f.column}`", f.type.replace("_", " "), f.help, _origin(f)) for f in FIELDS if f.column)
    return _table(("column", "type", "what it is", "where it comes from"), rows)


def _origin(field: Field) -> str:
    return f"ours, from {_code(field.made_from)}" if field.made_from else f"`{field.path}`"


def settings() -> str:
    texts = read_texts(Settings)
    rows = (
        (f"`{one.name}`", _default(one.default), " ".join(texts[one.name].replace("``", "`").split()))
        for one in fields(Settings)
    )
    return _table(("setting", "default", "what it is"), rows)


def _default(value: object) -> str:
    return "" if value is None or value == "" else f"`{value}`"


def file_types() -> str:
    found: dict[str, list[str]] = {}
    for extension, category in categories().items():
        found.setdefault(category, []).append(extension)
    return _table(("category", "extensions"), ((f"`{name}`", ", ".join(parts)) for name, parts in found.items()))


def junk() -> str:
    lock, unlinked = ".~lock.*#", ".nfs0123abcd"
    never = (*junk_names.NEVER_PICTURES, *(f"*{ending}" for ending in junk_names.NEVER_PICTURE_ENDINGS), lock)
    files = (*(f"{start}*" for start in junk_names.BEGINNINGS), *(f"*{ending}" for ending in junk_names.ENDINGS))
    system = f"{_code(junk_names.SYSTEM_FOLDERS)} (where we may look): what by its name is no picture or video"
    thumbnails = f"`{junk_names.THUMBNAIL_FOLDER}`: `{junk_names.THUMBNAIL}*`"
    apple = "`._*` with the first bytes of macOS's companion files"
    rows = (
        ("files", f"{_code((*files, unlinked))}, our own unfinished downloads", "yes"),
        ("files", f"{_code(never)}; {apple}", "no"),
        ("folders", f"{_code(junk_names.FOLDERS)}, `FOUND.000`, and all that begin with a dot", "yes, but for:"),
        ("in folders", f"{system}; {thumbnails}", "no"),
    )
    return _table(("junk", "its names, case ignored", "looked at by `backed_up` and `check`"), rows)


def results() -> str:
    rows = (
        ("`upload`", "outcome", words.UploadOutcome),
        ("`plan_upload`, `upload(dry_run=True)`", "action", words.UploadAction),
        ("`download`", "outcome", words.DownloadOutcome),
        ("`download(dry_run=True)`", "action", words.DownloadAction),
        ("`check`", "outcome", words.Comparison),
        ("`backed_up`", "outcome", words.BackupOutcome),
        ("`trash`, `restore`, `delete`, `favorite` …, `move`, `add_to_album` …", "outcome", words.NodeOutcome),
        ("`create_folders`", "outcome", words.FolderOutcome),
        ("`refresh`", "change", words.Change),
        ("`probe`", "outcome", ProbeOutcome),
        ("`doctor`", "outcome", DoctorOutcome),
    )
    cells = ((method, f"`{column}`", _code(word.value for word in known)) for method, column, known in rows)
    return _table(("method", "column", "its words"), cells)


def precedence() -> str:
    return _table(("", "where", "what"), ((str(number), *row) for number, row in enumerate(ORDER, 1)))


def _code(names: Iterable[str]) -> str:
    return ", ".join("`" + name.replace("\r", "\\r") + "`" for name in names)


def _table(titles: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    titles = tuple(titles)
    lines = [titles, ("---",) * len(titles), *(tuple(cell.replace("|", "\\|") for cell in row) for row in rows)]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def commands() -> str:
    """Every command: what it does, how it is called, what is its own, and examples."""
    known = describe_syntax(app)["commands"]
    shared = _list_shared(known)
    parts = []
    for section in dict.fromkeys(each["section"] for each in known.values()):
        parts.append(f"## {section}\n\n")
        for path, command in walk_commands(app):
            if known[path]["section"] == section:
                parts.append(_document(path, command, known[path], shared))
    return "\n".join(part.rstrip("\n") + "\n" for part in parts)


def shared_options() -> str:
    """The options that many commands have, once."""
    shared = _list_shared(describe_syntax(app)["commands"])
    return _table(("option", "variable", "in `config.toml`", "what it does"), map(_tell_flag, shared.values()))


def exit_codes() -> str:
    for_cron = {
        0: "All is well. `check`, `backed-up`: everything is there.",
        1: "Look at what was printed. `check`, `backed-up`: something is missing.",
        2: "The line in the crontab, or the config file, is wrong: it will be no better tomorrow.",
        3: "Look at what is listed; the next run does what was left.",
        4: "Sign in: `amazon-photos login`. Until then every run ends so.",
        5: "Nothing to do: the next run tries again. Days of it: `amazon-photos doctor`.",
        6: "Somebody should look: more would go than a limit allows, or nobody said yes.",
        129: "The terminal was closed; what was in flight was finished.",
        130: "Somebody pressed Ctrl-C.",
        143: "The machine was shut down, or the run took longer than its timer allows.",
    }
    lines = re.findall(r"^    (\d+) +(.+)$", exits.__doc__ or "", re.MULTILINE)
    rows = ((f"`{code}`", text[0].upper() + text[1:], for_cron[int(code)]) for code, text in lines)
    return _table(("code", "what it means", "for a cron job"), rows)


def _list_shared(known: Mapping[str, CommandSyntax]) -> dict[str, Flag]:
    """The flags that at least five commands have, in the same words."""
    found: dict[tuple[str, str], list[Flag]] = {}
    for command in known.values():
        for flag in command["flags"]:
            found.setdefault((flag["name"], flag["help"]), []).append(flag)
    return {name: flags[0] for (name, _), flags in sorted(found.items()) if len(flags) >= 5}


def _document(path: str, command: Command, known: CommandSyntax, shared: Mapping[str, Flag]) -> str:
    told = inspect.cleandoc(command.help or "").replace("\b\n", "\b")
    text = "\n\n".join(" ".join(part.split()) for part in told.split("\n\n") if not part.startswith("\b"))
    usage = " ".join(["amazon-photos", path, "[OPTIONS]", *(each["metavar"] for each in known["arguments"])])
    if known["commands"]:
        usage += " COMMAND ..."
    own = [flag for flag in known["flags"] if flag["help"] != shared.get(flag["name"], {"help": None})["help"]]
    others = [f"`{max(flag['spellings'], key=len)}`" for flag in known["flags"] if flag not in own]
    parts = [f"### {path}\n", f"{text}\n", f"```text\n{usage}\n```\n"]
    if own:
        titles = ("option", "variable", "in `config.toml`", "what it does")
        parts.append(_table(titles, (_tell_flag(flag, path) for flag in own)))
    if others:
        parts.append(f"Also {', '.join(others)}: see [shared options](#shared-options).\n")
    parts.append("```text\n" + "\n".join(list_examples(command)) + "\n```\n")
    return "\n".join(parts)


def _tell_flag(flag: Flag, path: str = "") -> tuple[str, ...]:
    spelled = ", ".join(f"`{one}`" for one in (*flag["spellings"], *flag["off"]))
    if flag["metavar"]:
        spelled += f" `{flag['metavar']}`"
    if flag["name"] in NEVER:
        return spelled, "", "", flag["help"]
    if flag["setting"]:
        return spelled, f"`AMAZON_PHOTOS_{flag['setting'].upper()}`", f"`{flag['setting']}`", flag["help"]
    words = path.split()
    if flag["name"] in list_unshared(tuple(words)):
        words.append("COMMAND")
    table = ".".join(("cli", *words))
    return (
        spelled,
        f"`{name_variable(tuple(words), flag['name'])}`",
        f"`[{table}]` `{flag['name']}`",
        flag["help"],
    )


TABLES: dict[str, Callable[[], str]] = {
    "settings": settings,
    "marketplaces": marketplaces,
    "search words": search_words,
    "relation words": relation_words,
    "node words": node_words,
    "columns": columns,
    "file types": file_types,
    "junk": junk,
    "results": results,
    "precedence": precedence,
    "commands": commands,
    "shared options": shared_options,
    "exit codes": exit_codes,
}


def syntax() -> str:
    """What every command takes, as it is kept beside the commands: a line for each of them."""
    found = describe_syntax(app)
    lines = ",\n".join(f"{json.dumps(path)}: {json.dumps(each)}" for path, each in found["commands"].items())
    return f'{{"settings": {json.dumps(found["settings"])},\n"commands": {{\n{lines}\n}}}}\n'


def filled(text: str) -> str:
    """The document with every table as the code has it now, and every file as it is."""
    text = _FILE.sub(lambda found: found[1] + "\n" + _show(ROOT / found[2]) + "\n" + found[4], text)
    return _PLACE.sub(lambda found: found[1] + "\n" + TABLES[found[2]]() + "\n" + found[4], text)


def _show(file: Path) -> str:
    return f"```{_LANGUAGES.get(file.suffix, 'text')}\n{file.read_text('utf-8')}```\n"


def main() -> None:
    TABLE.write_text(syntax(), "utf-8")
    for document in DOCUMENTS:
        document.write_text(filled(document.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
