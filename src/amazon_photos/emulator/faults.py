"""Faults on purpose: a script that says which requests go wrong, and how.

A script is a list of rules, in Python or as JSON. For each request the first rule that fires decides; a request that no
rule wants is served as usual::

    [{"operation": "upload*", "nth": 3, "fault": "504-stored"},
     {"method": "GET", "path": "/cdproxy/*", "probability": 0.1, "seed": 7, "fault": ["cut", "wrong-bytes", "503"]},
     {"operation": "search", "first": 2, "fault": "429", "retry_after": 1}]

Which requests (all that a rule says must hold):

=============  =======================================================================================================
operation      name of the operation (listed below), with ``*`` for anything: ``download*``
method, path   as the request has them; ``*`` in the path stands for anything
nth            only that request of those, counted from 1; a list for several
every          each n-th of them
first          only the first n of them
probability    each with that chance, by ``seed`` (0 if missing): the same script fails the same requests again
times          at most so many in all
node_id        only nodes of that id, or of a list of ids: the rule is about nodes, see below
node_name      only nodes of that name, with ``*`` for anything: ``"*"`` is every node
=============  =======================================================================================================

A rule with ``node_id`` or ``node_name`` refuses single nodes of a request instead of all of it; ``nth``, ``every``,
``first``, ``times`` and ``probability`` count nodes then. Three of a hundred fail to be trashed, and one to be
renamed::

    [{"operation": "trash.change", "node_name": "*", "nth": [7, 50, 93], "fault": ["403", "404", "500"]},
     {"operation": "nodes.change", "node_name": "IMG_0001*", "fault": "409"}]

``trash.change`` and ``purge`` do the other nodes, and tell those refused in their map of errors. All other operations
do all or nothing: they answer with the status of the first that is refused, and do nothing. Which nodes a request is
about stands in its body (``children.change``, ``family``, ``batch``, ``people.hero``), else in its path. ``fault`` is
403, 404, 409, 429 or 500. Rules about whole requests come first.

Operations: ``account.info`` ``account.usage`` ``account.quota`` ``account.endpoint``; ``nodes.list`` ``nodes.create``
``nodes.get`` ``nodes.change`` ``nodes.locations``; ``children.list`` ``children.change``; ``search``
``search.aggregation``; ``trash.list`` ``trash.change`` ``trash.put`` ``purge``; ``people.rename`` ``people.merge``
``people.hero``; ``family``; ``upload`` ``upload.v2`` ``upload.preflight``; ``download`` ``download.redirect``
``download.link`` ``download.signed``; ``thumbnail``; ``batch`` ``batch.zip``; ``shares.get`` ``groups.get``
``groups.search``; ``memories``; ``session.refresh`` ``session.token``; ``auth.page`` ``auth.password`` ``auth.digits``
``auth.landing`` ``auth.register`` ``auth.token`` ``auth.cookies`` ``auth.deregister``.

What goes wrong (``fault``; from a list, one is drawn by ``seed`` each time):

===============================  =====================================================================================
401 403 404 409 429 500 502 503  that status instead of an answer, once the request's body has been read; nothing is
408 504                          done. ``retry_after`` adds the header (to all but 401)
408-stored 504-stored            everything is done, then that status with an empty body: the upload is there
reset-before                     the connection is cut before the request's body is read
reset-during                     … in the middle of the request's body (of the answer's, if the request has none)
reset-after                      … when everything is done, before the answer
cut                              the answer ends after half its body, though ``Content-Length`` promised all of it
wrong-length                     part of the answer's body is missing, and ``Content-Length`` agrees with what is left
wrong-bytes                      the answer has its length, but some of its bytes are others
html                             200 with the sign-in page
captcha                          200 with a page that asks whether you are a robot
stall                            nothing at all for ``seconds`` (3600 if missing), then the answer
stall-during                     half the answer, then nothing for ``seconds``, then the rest
drip                             the answer's body in 20 pieces over ``seconds`` (5 if missing)
expired-link                     the links this answer gives are dead: they answer ``status`` (403 if missing)
repeat                           the previous answer of the same path once more, whatever was asked
===============================  =====================================================================================
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from amazon_photos.errors import InvalidInput

from .options import shorten

STATUSES = frozenset({"401", "403", "404", "408", "409", "429", "500", "502", "503", "504"})
OF_NODES = frozenset({"403", "404", "409", "429", "500"})
"""What a rule about nodes can say of one."""
STORED = frozenset({"408-stored", "504-stored"})
KINDS = STATUSES | STORED | {
    "reset-before", "reset-during", "reset-after", "cut", "wrong-length", "wrong-bytes", "html", "captcha", "stall",
    "stall-during", "drip", "expired-link", "repeat",
}  # fmt: skip

MAX_RULES = 1000
MAX_KINDS = 100
MAX_NTH = 10_000
MAX_TEXT = 1000
MAX_COUNT = 10**12
_NUMBERS = {
    "every": (1, MAX_COUNT, True),
    "first": (0, MAX_COUNT, True),
    "times": (0, MAX_COUNT, True),
    "probability": (0, 1, False),
    "retry_after": (0, 1e9, False),
    "seconds": (0, 1e6, False),
    "status": (400, 599, True),
}
"""The least and the most each may be, and whether it must be whole."""

_FIELDS = frozenset({
    "operation", "method", "path", "nth", "every", "first", "probability", "seed", "times", "fault", "retry_after",
    "seconds", "status", "node_id", "node_name",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is to go wrong with one request."""

    kind: str
    retry_after: float | None = None
    seconds: float | None = None
    status: int = 403


@dataclass(slots=True)
class _Rule:
    said: Mapping[str, Any]
    kinds: Sequence[str]
    nth: frozenset[int]
    node_ids: frozenset[str]
    draw: random.Random
    wanted: int = 0
    fired: int = 0

    @property
    def is_of_nodes(self) -> bool:
        """Whether the rule is about single nodes of requests."""
        return bool(self.node_ids) or "node_name" in self.said

    def wants(self, operation: str, method: str, path: str) -> bool:
        """Tell whether the request is one of the rule's."""
        said = self.said
        return (
            fnmatchcase(operation, said.get("operation", "*"))
            and method == said.get("method", method)
            and fnmatchcase(path, said.get("path", "*"))
        )

    def wants_node(self, node_id: str, name: str) -> bool:
        """Tell whether a node of its requests is one of the rule's."""
        return (not self.node_ids or node_id in self.node_ids) and fnmatchcase(name, self.said.get("node_name", "*"))

    def fire(self) -> Fault | None:
        """Count a request or a node of the rule's, and return what it fires."""
        said = self.said
        self.wanted += 1
        if not self._fires():
            return None
        self.fired += 1
        kind = self.kinds[0] if len(self.kinds) == 1 else self.draw.choice(self.kinds)
        return Fault(
            kind=kind,
            retry_after=said.get("retry_after"),
            seconds=said.get("seconds"),
            status=said.get("status", 403),
        )

    def _fires(self) -> bool:
        said = self.said
        chance = self.draw.random() if "probability" in said else 0.0
        return (
            (not self.nth or self.wanted in self.nth)
            and self.wanted % said.get("every", 1) == 0
            and self.wanted <= said.get("first", self.wanted)
            and self.fired < said.get("times", self.fired + 1)
            and chance < said.get("probability", 1.0)
        )


@dataclass(slots=True)
class Script:
    """The rules in force, and how often each was asked."""

    rules: list[_Rule] = field(default_factory=list)

    @classmethod
    def read(cls, rules: object) -> Script:
        """Read a script.

        Raises ``InvalidInput`` that names the rule.
        """
        if not isinstance(rules, Sequence) or isinstance(rules, str | bytes):
            raise InvalidInput("a fault script is a list of rules")
        if len(rules) > MAX_RULES:
            raise InvalidInput(f"a fault script cannot have more than {MAX_RULES:,} rules")
        return cls([_rule(rule, number) for number, rule in enumerate(rules, start=1)])

    def fault(self, operation: str, method: str, path: str) -> Fault | None:
        """Choose what is to go wrong with this request; rules behind the one that fires don't count it."""
        for rule in self.rules:
            if not rule.is_of_nodes and rule.wants(operation, method, path) and (fault := rule.fire()) is not None:
                return fault
        return None

    def choose_rules(self, operation: str, method: str, path: str) -> list[_Rule]:
        """Choose the rules about nodes that want this request."""
        return [rule for rule in self.rules if rule.is_of_nodes and rule.wants(operation, method, path)]

    @staticmethod
    def refuse(rules: Sequence[_Rule], names: Mapping[str, str]) -> dict[str, Fault]:
        """Choose which nodes, given with their names, are refused; for each the first rule that fires decides."""
        fired = {
            node_id: next(filter(None, (rule.fire() for rule in rules if rule.wants_node(node_id, name))), None)
            for node_id, name in names.items()
        }
        return {node_id: fault for node_id, fault in fired.items() if fault is not None}

    @property
    def repeats(self) -> bool:
        """Whether answers must be kept for ``repeat``."""
        return any("repeat" in rule.kinds for rule in self.rules)


def _rule(said: object, number: int) -> _Rule:
    if not isinstance(said, Mapping):
        raise InvalidInput(f"fault rule {number} is not an object")
    unknown = sorted(set(said) - _FIELDS, key=str)
    if unknown:
        raise InvalidInput(
            f"fault rule {number}: unknown field {shorten(unknown[0])}; known: {', '.join(sorted(_FIELDS))}"
        )
    kinds = _kinds(said.get("fault"), number)
    _check(said, number)
    return _Rule(
        said=dict(said),
        kinds=kinds,
        nth=_nth(said, number),
        node_ids=_read_node_ids(said, kinds, number),
        draw=random.Random(f"{said.get('seed', 0)}"),  # noqa: S311 - it is to be repeatable
    )


def _kinds(said: object, number: int) -> list[str]:
    kinds = list(said) if isinstance(said, list | tuple) else [said]
    if not 0 < len(kinds) <= MAX_KINDS:
        raise InvalidInput(f"fault rule {number}: fault is nothing; known: {', '.join(sorted(KINDS))}")
    for kind in kinds:
        if not (isinstance(kind, str) or _is_number(kind, 0, 999, whole=True)) or str(kind) not in KINDS:
            what = "nothing" if kind is None else shorten(kind)
            raise InvalidInput(f"fault rule {number}: fault is {what}; known: {', '.join(sorted(KINDS))}")
    return [str(kind) for kind in kinds]


def _nth(said: Mapping[str, Any], number: int) -> frozenset[int]:
    nth = said.get("nth", [])
    numbers = nth if isinstance(nth, list | tuple) else [nth]
    if len(numbers) > MAX_NTH or not all(_is_number(one, 1, MAX_COUNT, whole=True) for one in numbers):
        raise InvalidInput(f"fault rule {number}: nth cannot be {shorten(nth)}")
    return frozenset(numbers)


def _read_node_ids(said: Mapping[str, Any], kinds: Sequence[str], number: int) -> frozenset[str]:
    if "node_id" not in said and "node_name" not in said:
        return frozenset()
    if not OF_NODES.issuperset(kinds):
        raise InvalidInput(f"fault rule {number}: of nodes fault is one of {', '.join(sorted(OF_NODES))}")
    if "node_id" not in said:
        return frozenset()
    node_ids = said["node_id"] if isinstance(said["node_id"], list | tuple) else [said["node_id"]]
    if not 0 < len(node_ids) <= MAX_NTH or not all(isinstance(one, str) and 0 < len(one) <= 100 for one in node_ids):
        raise InvalidInput(f"fault rule {number}: node_id cannot be {shorten(said['node_id'])}")
    return frozenset(node_ids)


def _check(said: Mapping[str, Any], number: int) -> None:
    """Whatever a rule says must be such that no request can fail over it later."""
    for name, (least, most, whole) in _NUMBERS.items():
        if name in said and not _is_number(said[name], least, most, whole=whole):
            raise InvalidInput(f"fault rule {number}: {name} cannot be {shorten(said[name])}")
    for name in ("operation", "method", "path", "node_name"):
        if not isinstance(said.get(name, ""), str) or len(said.get(name, "")) > MAX_TEXT:
            raise InvalidInput(f"fault rule {number}: {name} cannot be {shorten(said[name])}")
    seed = said.get("seed", 0)
    if not (isinstance(seed, str) and len(seed) <= MAX_TEXT) and not _is_number(seed, -(10**18), 10**18, whole=False):
        raise InvalidInput(f"fault rule {number}: seed cannot be {shorten(seed)}")


def _is_number(value: object, least: float, most: float, *, whole: bool) -> bool:
    return isinstance(value, int if whole else int | float) and not isinstance(value, bool) and least <= value <= most
