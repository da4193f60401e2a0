"""Profiles: one account each, by a name, with its session and its catalogue in a folder of its own.

::

    <home>/                        AMAZON_PHOTOS_HOME, or the user's state folder
    │                                (Linux ~/.local/state/amazon-photos, macOS ~/Library/Application Support/…,
    │                                Windows %LOCALAPPDATA%\\amazon-photos)
    ├── config.toml                with AMAZON_PHOTOS_HOME; else in the user's config folder: settings, no secrets
    └── profiles/                  0700
        ├── default/               0700   the profile of whoever names none
        └── family/                0700
            ├── session.json       0600   who and how, and the secrets if no keyring has them (``session_store``)
            ├── session.lock       0600   empty: keeps the processes that write it apart
            └── ap.parquet                the catalogue, unless another one is named

Names are lower case: file systems that fold case would otherwise make one folder of two profiles.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from ..errors import LocalFileError
from ..files.os_errors import explain
from ..files.paths import OWN_FOLDER, find_user_folder
from ..model.profile_names import DEFAULT_PROFILE as DEFAULT_PROFILE
from ..model.profile_names import check_profile_name as check_profile_name
from ..model.profile_names import is_profile_name


@dataclass(frozen=True, slots=True)
class Profile:
    """A name and its folder, which need not be there yet."""

    name: str
    folder: Path

    @property
    def session_path(self) -> Path:
        """The file that keeps its session, or says that the keyring does."""
        return self.folder / "session.json"

    @property
    def catalog(self) -> str:
        """The path of its catalogue, where no other one is named."""
        return str(self.folder / "ap.parquet")

    @property
    def login(self) -> str:
        """The command that signs it in."""
        option = "" if self.name == DEFAULT_PROFILE else f" --profile {self.name}"
        return f"amazon-photos login{option}"


def find_profile(name: str | None = None, environ: Mapping[str, str] | None = None) -> Profile:
    """Find a profile by its name, or the default one; whether it holds a session is not asked.

    Raises ``InvalidInput``, and ``LocalFileError`` where there is no folder for any.
    """
    checked = check_profile_name(DEFAULT_PROFILE if name is None else name)
    return Profile(checked, _find_folder(environ) / checked)


def list_profiles(environ: Mapping[str, str] | None = None) -> list[Profile]:
    """List the profiles that have a folder, by name. Raises ``LocalFileError``."""
    folder = _find_folder(environ)
    try:
        names = sorted(os.listdir(folder))  # noqa: PTH208 - names are what is asked
    except FileNotFoundError:
        return []
    except OSError as error:
        raise LocalFileError(f"cannot look for profiles in {folder}: {explain(error)}") from None
    return [Profile(name, folder / name) for name in names if is_profile_name(name) and os.path.isdir(folder / name)]


def _find_folder(environ: Mapping[str, str] | None) -> Path:
    home = find_user_folder(platformdirs.user_state_path, environ)
    if home is None:
        raise LocalFileError(
            f"there is no home folder here to keep profiles in: name a folder with {OWN_FOLDER} (in a container: one "
            "that is mounted)"
        )
    return home / "profiles"
