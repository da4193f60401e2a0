"""Asks the questions one after the other, and ends when Amazon has had enough.

A request is sent once, whatever comes, and questions that need the same reply share it. The probe ends at the first
429, 503 or bot check, when the session is over, and when the metadata host cannot be reached any more; another host
that cannot be reached is not asked again. It never goes faster than it was told, and never begins anew by itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace

from ..errors import AmazonPhotosError, NetworkError, SessionExpired, UnexpectedReply, UnknownMarketplace
from ..model.regions import Host
from ..model.surprises import Note, note_node
from ..net.session import Session
from ..wire import response as read
from ..wire.call import Call, Response
from .pace import PAUSE
from .question import Answer, Ask, Differs, NothingToSee, ProbeOutcome, Question, Seen
from .questions import QUESTIONS
from .redact import tell_status

_UNREACHABLE = "its host cannot be reached"
_NO_ZONE = "the zone of its host is not known: AMAZON_PHOTOS_ZONE names one"
_ENDED = "the probe had ended by then"


async def ask(
    session: Session, *, pause: float = PAUSE, questions: Sequence[Question] = QUESTIONS
) -> AsyncIterator[Answer]:
    """Ask all questions, and give each answer as it comes.

    Raises ``RateLimited``, ``Unavailable``, ``SessionExpired`` or a ``NetworkError`` where the probe ends early: what
    was answered until then has been given.
    """
    probe = _Probe(session, pause)
    for question in questions:
        outcome, seen = await probe.put(question)
        yield Answer(question.fact, outcome, question.documented, seen)


def complete(answers: Sequence[Answer], questions: Sequence[Question] = QUESTIONS) -> list[Answer]:
    """Return the answers of a probe that ended early, and one for each question that it did not come to."""
    asked = {answer.fact for answer in answers}
    rest = (question for question in questions if question.fact not in asked)
    return [*answers, *(Answer(q.fact, ProbeOutcome.NOT_ASKED, q.documented, _ENDED) for q in rest)]


@dataclass
class _Probe:
    """A probe under way: what it knows by now, and the replies that other questions may share."""

    session: Session
    pause: float
    known: dict[str, str] = field(default_factory=dict)
    replies: dict[tuple[object, ...], Seen | Differs | NothingToSee] = field(default_factory=dict)
    unreachable: dict[Host, str] = field(default_factory=dict)
    """Hosts that are not asked again, and why."""
    reported: set[tuple[object, ...]] = field(default_factory=set)
    sent: int = 0

    async def put(self, question: Question) -> tuple[ProbeOutcome, str]:
        try:
            filled = question.ask.fill(self.known)
            seen = await self._reply(filled)
            self._check_status(question, seen, filled)
            self.known.update(_learn(question, seen))
            question.check(replace(seen, known=self.known))
        except Differs as difference:
            return ProbeOutcome.DIFFERS, str(difference)
        except NothingToSee as reason:
            return ProbeOutcome.NOT_ASKED, str(reason)
        except AmazonPhotosError:
            raise
        except Exception:  # a shape that its reader stumbles over; what it says may hold values
            return ProbeOutcome.DIFFERS, "another shape"
        return ProbeOutcome.AS_DOCUMENTED, ""

    def _check_status(self, question: Question, seen: Seen, asked: Ask) -> None:
        """One wrong status is one difference, however many questions share the reply."""
        if seen.reply.status in question.statuses:
            return
        told = tell_status(seen.reply.status)
        if seen.reply.status >= 500:  # a service that fails for a moment says nothing about what is documented
            raise NothingToSee(f"its request is answered with {told}")
        if asked.key in self.reported:
            raise NothingToSee(f"its request is answered with {told}")
        self.reported.add(asked.key)
        raise Differs(told)

    async def _reply(self, asked: Ask) -> Seen:
        if asked.key not in self.replies:
            self.replies[asked.key] = await self._look(asked)
        found = self.replies[asked.key]
        if isinstance(found, Seen):
            return found
        raise found

    async def _look(self, asked: Ask) -> Seen | Differs | NothingToSee:
        if asked.host in self.unreachable:
            return NothingToSee(self.unreachable[asked.host])
        if self.sent:
            await asyncio.sleep(self.pause)
        self.sent += 1
        before = self.session.requests
        try:
            reply = await self.session.send(_call(asked))
            _check_welcome(reply, asked, first=self.sent == 1)
        except UnknownMarketplace:
            self.unreachable[asked.host] = _NO_ZONE
            return NothingToSee(_NO_ZONE)
        except NetworkError:
            if asked.host is Host.DRIVE:
                raise
            self.unreachable[asked.host] = _UNREACHABLE
            return NothingToSee(_UNREACHABLE)
        except SessionExpired:
            if asked.host is Host.DRIVE:
                raise
            return Differs("a sign-in page")
        except UnexpectedReply:
            return Differs("a reply that is too long, or a redirect that leads nowhere")
        seen = Seen(reply, self.known, redirected=self.session.requests > before + 1)
        _note_nodes(seen, self.session.surprises.at("probe"))
        return seen


def _note_nodes(seen: Seen, note: Note) -> None:
    """Note what nobody has written down of the nodes in a reply; of one that cannot be read, a question tells."""
    try:
        body = seen.json
    except Differs:
        return
    if seen.reply.status != 200 or not isinstance(body, dict):
        return
    listed = body.get("data")
    for node in listed if isinstance(listed, list) else [body] if "kind" in body else []:
        if isinstance(node, dict):
            note_node(node, note)


def _learn(question: Question, seen: Seen) -> dict[str, str]:
    """What a reply teaches, as far as it can be read: whether it is as documented, the check says."""
    try:
        return dict(question.learn(seen))
    except (Differs, LookupError, TypeError, AttributeError, ValueError):
        return {}


def _call(asked: Ask) -> Call[Response]:
    return Call(
        operation="probe",
        host=asked.host,
        path=asked.path,
        params=asked.params,
        headers=asked.headers,
        decode=lambda reply: reply,
        most=asked.most,
        retried_by="caller",
    )


def _check_welcome(reply: Response, asked: Ask, *, first: bool) -> None:
    """Raise where the probe has to end: a web page is a sign-in page or a bot check, whatever its status.

    A 403 to the first request says that there is no such account here: it is another country's (live).
    """
    signed_out = reply.status == 401 and asked.host is Host.DRIVE and not asked.may_refuse
    if signed_out or reply.status in (429, 503) or (first and reply.status == 403):
        read.check(reply, "probe")
    if read.is_html(reply):
        read.check_json(replace(reply, status=200), "probe")
