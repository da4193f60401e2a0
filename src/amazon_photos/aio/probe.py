"""The probe: whether the service is as documented."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import AmazonPhotosError, LocalFileError
from ..frames.results import PROBED
from ..probe.pace import PAUSE, check_pause
from .base import ClientBase

if TYPE_CHECKING:
    import pandas as pd

    from ..probe.question import Answer


class ProbeOperations(ClientBase):
    """Operations that ask about the service itself."""

    async def probe(self, *, report: str | PathLike[str] | None = None, pause: float = PAUSE) -> pd.DataFrame:
        """Ask the service whether it is as docs/api.md says, reading only; a frame of the facts.

        Gives a row for each fact that can be asked about. Columns: ``fact`` (its name in docs/api.md), ``outcome``
        ("as_documented", "differs" or "not_asked", where the library has nothing to ask about or a host does not
        answer), ``expected`` and ``seen``, which is told in documented words: nothing in it is of your library.

        Sends a request every ``pause`` seconds, each once. ``report`` is a file that gets the same, to be posted in
        public; one that is there is replaced. Raises ``InvalidInput`` for what can be none, before anything is sent,
        and ``LocalFileError`` where it cannot be written in the end; ``outcomes`` of the error is the frame.

        Ends at the first 429, 503 or bot check: raises ``RateLimited``, ``Unavailable``, ``SessionExpired`` or a
        ``NetworkError``. If there was any answer, ``outcomes`` of the error is the frame until then, and the report is
        written, after Ctrl-C as well.
        """
        from ..probe.questions import QUESTIONS
        from ..probe.report import check_place, tell_end
        from ..probe.run import ask, complete

        check_pause(pause)
        path = None if report is None else check_place(report)
        answers: list[Answer] = []
        try:
            with self._progress.of("probe", "facts") as advance:
                async for answer in ask(self._session, pause=pause):
                    answers.append(answer)  # what came before an error is kept
                    advance(len(answers), len(QUESTIONS))
        except BaseException as error:
            if answers and path is not None:
                self._report(complete(answers), path, ended=tell_end(error))
            if answers and isinstance(error, AmazonPhotosError):
                error.outcomes = self._probe_frame(complete(answers))
            raise
        frame = self._probe_frame(answers)
        if path is not None:
            try:
                self._report(answers, path)
            except LocalFileError as error:  # the disk is full: what was asked for a minute is not lost
                error.outcomes = frame
                raise
        return frame

    def _probe_frame(self, answers: list[Answer]) -> pd.DataFrame:
        return self._rows(((a.fact, a.outcome, a.expected, a.seen or None) for a in answers), PROBED, "probe")

    def _report(self, answers: list[Answer], path: Path, *, ended: str = "") -> None:
        from ..probe.report import to_report, write_report

        surprises = self._session.surprises.rows()
        write_report(to_report(answers, zone=self._session.zone, ended=ended, surprises=surprises), path)
