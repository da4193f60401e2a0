"""One file up: sent, looked for when the answer was lost, and compared with what Amazon says it has.

::

    send ──> node ──> size and MD5 as ours? ──> uploaded
      │                    └─ no: into the trash with it, send again
      ├─ 409 ──> is it this content? ──> exists (or uploaded, if an earlier attempt of ours was cut off)
      └─ 408, 5xx, connection cut, no answer ──> is it there? ──> uploaded
                                                     └─ no: wait, send again
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from itertools import count

import msgspec

from ..errors import (
    AmazonPhotosError,
    Closed,
    Conflict,
    ContentMismatch,
    LocalFileError,
    NotFound,
    Rejected,
    SignedOut,
    StorageFull,
    Throttled,
    Unavailable,
    UnexpectedReply,
)
from ..model.node import Node
from ..net.retry import Policy
from ..net.session import Session
from ..wire import content as wire_content
from ..wire import folders as wire_folders
from ..wire import nodes as wire_nodes
from ..wire import trash as wire_trash
from ..wire.message import Call
from . import times
from .arrival import Arrivals, Wanted, as_node, looks_for
from .errand import Errand, Sent, Stays
from .events import Meter, Watch
from .folders import Folders
from .plan import Step, passing_name
from .pool import Patience
from .selection import category_of
from .source import Source
from .thread import JobThread

_DATED = frozenset({"img", "vid"})
_VERBS = {"upload": "uploaded", "rename": "renamed", "replace": "replaced"}


class Uploader:
    """Carries out the steps of a plan. ``dates``: pass the mtime on for files that carry no capture date."""

    def __init__(
        self, session: Session, folders: Folders, files: JobThread, watch: Watch, *, dates: bool = True
    ) -> None:
        self._session = session
        self._files = files
        self._watch = watch
        self._folders = folders
        self._dates = dates
        self._arrivals = Arrivals(session)
        self._policy = Policy.of(session.settings)
        self._patience = Patience(session.settings.retry_budget)
        self._no_room: set[str | None] = set()
        self._dated_uploads = True

    async def upload(self, step: Step) -> Sent:
        """What became of the file. Raises only what ends the whole run: a lost session, a dead service."""
        kind = category_of(step.name)
        if kind in self._no_room:
            return Sent(step.outcome("failed", "not sent: the account's storage is full"))
        meter, arrived = Meter(self._watch, step.found.size), False
        try:
            sent = await self._upload(step, meter)
            arrived = sent.outcome.what != "exists"
        except (SignedOut, Closed):
            raise
        except Stays as stays:
            self._patience.succeeded()
            return Sent(step.outcome(stays.what, str(stays), stays.existing))
        except AmazonPhotosError as error:
            if isinstance(error, StorageFull):
                self._no_room.add(kind)
            if error.retryable:
                self._patience.failed(error)
            return Sent(step.outcome("failed", str(error)))
        finally:
            meter.settle(arrived=arrived)
        self._patience.succeeded()
        return sent

    async def _upload(self, step: Step, meter: Meter) -> Sent:
        parent = await self._folders.ensure(step.folder)
        name = passing_name(step.name, step.md5 or "") if step.what == "replace" else step.name
        errand = Errand(step, meter, name, parent, dated=self._dates and category_of(step.name) in _DATED)
        raw = await self._delivered(errand)
        node = as_node(raw)
        if step.what == "replace" and not errand.existed:
            node = await self._put_in_place(errand, node)
        what = "exists" if errand.existed else _VERBS[step.what]
        reason = "; ".join(errand.notes) or step.reason
        outcome = replace(step.outcome(what, reason, node.id), name=node.name or errand.name)
        return Sent(outcome, raw, node.md5 is not None)

    async def _delivered(self, errand: Errand) -> msgspec.Raw:
        """The node that holds the file's content."""
        waited = 0.0
        for attempt in count(1):
            source = Source(errand.step.found, errand.meter)
            try:
                raw = await self._session.send(await self._call(errand, source))
                return await self._right(errand, raw)
            except Conflict as conflict:
                if (found := await self._in_the_way(errand, conflict)) is not None:
                    return found
                continue  # under another name, or into the room that was made
            except AmazonPhotosError as error:
                if source.problem is not None:
                    raise source.problem from None
                if await self._mended(errand, error):
                    continue
                if (found := await self._arrived(errand, source, error)) is not None:
                    return found
                pause = self._policy.wait(_as_retryable(error), attempt=attempt, waited=waited, repeatable=True)
                if pause is None:
                    raise
                self._patience.failed(error)
            await asyncio.sleep(pause)
            waited += pause
        raise AssertionError("count() ended")

    async def _call(self, errand: Errand, source: Source) -> Call[msgspec.Raw]:
        step, found = errand.step, errand.step.found
        errand.dating = False
        if errand.dated and self._dated_uploads:
            when = await self._files.run(partial(times.content_date, found.path, found.name, found.mtime_ns))
            if when is not None:
                errand.dating = True
                return wire_content.upload_dated(
                    errand.name, errand.parent, source.body, md5=step.md5 or "", content_date=when
                )
        return wire_content.upload(errand.name, errand.parent, source.body)

    async def _right(self, errand: Errand, raw: msgspec.Raw) -> msgspec.Raw:
        """The node, if it holds our bytes or Amazon doesn't say yet; else it goes to the trash."""
        step, node = errand.step, as_node(raw)
        if node.md5 in (step.md5, None) and node.size in (step.found.size, None):
            return raw
        await self._session.send(wire_trash.trash([node.id]))
        raise ContentMismatch(
            f"what arrived is not what was sent (size {node.size}, MD5 {node.md5}); it was put in the trash"
        )

    async def _mended(self, errand: Errand, error: AmazonPhotosError) -> bool:
        """Whether the next attempt avoids what stood in the way of this one."""
        if isinstance(error, NotFound) and errand.dating:
            self._dated_uploads = False  # this region has no such service
            errand.notes.append("its date could not be passed on")
            return True
        if isinstance(error, Rejected) and "parentId" in error.reply:
            self._folders.forget()
            parent, errand.parent = errand.parent, await self._folders.ensure(errand.step.folder)
            return parent != errand.parent
        if isinstance(error, Rejected):
            await self._session.send(wire_folders.root())  # a session that ends during an upload is a 400, too (live)
        return False

    async def _arrived(self, errand: Errand, source: Source, error: AmazonPhotosError) -> msgspec.Raw | None:
        """Looks for the file after an attempt whose outcome is not known."""
        if not _outcome_unknown(error):
            return None
        errand.uncertain = errand.uncertain or source.sent
        refused = getattr(error, "status", 0) in (500, 502, 503)
        size = errand.step.found.size
        looks = looks_for(size, all_sent=source.sent and not refused)
        found = await self._arrivals.wait_for(self._wanted(errand), looks=looks)
        if found is not None and as_node(found).md5 is not None:
            self._tell_apart(errand, as_node(found))
        return found

    def _wanted(self, errand: Errand) -> Wanted:
        return Wanted(errand.step.md5 or "", errand.step.found.size, errand.name, errand.parent)

    def _tell_apart(self, errand: Errand, node: Node) -> None:
        """Whether a node of our content is what we sent (now, or before a crash) or was there anyway."""
        in_place = errand.parent in node.parents and node.name == errand.name
        ours = in_place and (errand.uncertain or errand.step.what == "replace")
        errand.existed = not ours

    async def _in_the_way(self, errand: Errand, conflict: Conflict) -> msgspec.Raw | None:
        """409: the node, if it holds this content; None if the upload should be tried again another way."""
        step = errand.step
        raw = await self._conflicting(errand, conflict)
        node = None if raw is None else as_node(raw)
        if raw is not None and node is not None and node.md5 == step.md5 and node.size == step.found.size:
            if node.status == "TRASH":
                raise Stays("conflict", "Amazon has it in the trash: restore it, or empty the trash", node.id)
            self._tell_apart(errand, node)
            return raw
        if conflict.code != "NAME_ALREADY_EXISTS" or step.what == "replace":
            raise Stays("conflict", str(conflict), conflict.existing_id)
        if step.what != "rename":
            raise Stays("conflict", f"other content has the name: {step.name}", conflict.existing_id)
        errand.name = next(name for name in errand.other_names if name != errand.name)
        return None

    async def _conflicting(self, errand: Errand, conflict: Conflict) -> msgspec.Raw | None:
        """The node that a 409 means, once Amazon has read it: one of ours may still be in the works."""
        pause = self._session.settings.backoff_first
        raw: msgspec.Raw | None = None
        for _ in range(5):
            if conflict.existing_id is not None:
                raw = await self._arrivals.node(conflict.existing_id)
            else:
                raw = await self._arrivals.find(self._wanted(errand))
            if raw is not None and as_node(raw).status != "PENDING":
                return raw
            await asyncio.sleep(pause)
            pause *= 2
        return raw

    async def _put_in_place(self, errand: Errand, node: Node) -> Node:
        """Gives a replacement its own name; what has the name goes to the trash, from where it can come back."""
        try:
            return await self._session.send(wire_nodes.rename(node.id, errand.step.name))
        except Conflict as conflict:
            if conflict.existing_id is None:
                raise
            old = as_node(await self._arrivals.node(conflict.existing_id))
        if old.kind != "FILE":
            raise LocalFileError(f"{errand.step.name} is a folder there: the file is beside it, as {node.name}")
        await self._session.send(wire_trash.trash([old.id]))
        errand.notes.append(f"the other is in the trash ({old.id})")
        return await self._session.send(wire_nodes.rename(node.id, errand.step.name))

    async def confirmed(self, sent: Sent) -> Sent:
        """The same, once Amazon has read the file and says its size and MD5; looked at a few times."""
        pause, raw = self._session.settings.backoff_first, sent.node
        for _ in range(6):
            raw = await self._arrivals.node(sent.outcome.id or "")
            node = as_node(raw)
            if node.md5 is not None:
                if (node.md5, node.size) == (sent.outcome.md5, sent.outcome.size):
                    return Sent(sent.outcome, raw)
                await self._session.send(wire_trash.trash([node.id]))
                reason = "what arrived is not what was sent; it was put in the trash: run again"
                return Sent(replace(sent.outcome, what="failed", reason=reason, id=None))
            await asyncio.sleep(pause)
            pause *= 2
        reason = "Amazon is still working on it: size and MD5 are not yet confirmed"
        return Sent(replace(sent.outcome, reason=reason), raw)


def _outcome_unknown(error: AmazonPhotosError) -> bool:
    """Not after a 429: it was not carried out."""
    if isinstance(error, Throttled) and not isinstance(error, Unavailable):
        return False
    return error.retryable or isinstance(error, UnexpectedReply)


def _as_retryable(error: AmazonPhotosError) -> AmazonPhotosError:
    """An answer that cannot be read says nothing about the upload: once looked for, it may be sent again."""
    return ContentMismatch(str(error)) if isinstance(error, UnexpectedReply) else error
