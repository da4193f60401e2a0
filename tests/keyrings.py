"""Keyrings of our own, chosen as people choose one (PYTHON_KEYRING_BACKEND): real back ends that keep files."""

import os
import time
from pathlib import Path
from urllib.parse import quote

import pytest

pytest.importorskip("keyring")

from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError, PasswordSetError

MAX_BYTES = 2_560
"""Of an entry, as on Windows: in UTF-16."""


class FileKeyring(KeyringBackend):
    """A file for each entry, in the folder that KEYRING_FOLDER names; takes no more than Windows does."""

    priority = 5

    @staticmethod
    def _path(service, username):
        folder = Path(os.environ["KEYRING_FOLDER"])
        folder.mkdir(exist_ok=True)
        return folder / quote(f"{service} {username}", safe=" ")

    def get_password(self, service, username):
        path = self._path(service, username)
        return path.read_text("utf-8") if path.exists() else None

    def set_password(self, service, username, password):
        if len(password.encode("utf-16-le")) > MAX_BYTES:
            raise PasswordSetError("too long")
        path = self._path(service, username)
        part = path.parent.with_name(f"{path.parent.name}.new")  # what a crash leaves there is no matter of ours
        part.write_text(password, "utf-8")
        part.replace(path)

    def delete_password(self, service, username):
        try:
            self._path(service, username).unlink()
        except FileNotFoundError:
            raise PasswordDeleteError("no such password") from None


class CuttingKeyring(FileKeyring):
    """Keeps the beginning, and says that all is well."""

    def set_password(self, service, username, password):
        super().set_password(service, username, password[:100])


class ForgettingKeyring(FileKeyring):
    """Keeps nothing, and says that all is well."""

    def set_password(self, service, username, password):
        pass


class WeakKeyring(FileKeyring):
    """Keeps plain text, and says so."""

    priority = 0.5


class LockedKeyring(FileKeyring):
    """Nobody unlocks it."""

    def get_password(self, service, username):
        raise KeyringLocked(f"Failed to unlock! {username}")

    def set_password(self, service, username, password):
        raise KeyringLocked(f"Failed to unlock! {password}")

    delete_password = get_password


class HangingKeyring(FileKeyring):
    """Its daemon takes calls and never answers."""

    def get_password(self, service, username):
        time.sleep(3600)

    def set_password(self, service, username, password):
        time.sleep(3600)

    delete_password = get_password


class FailingKeyring(FileKeyring):
    """Fails in its own way, and repeats what it was given."""

    def set_password(self, service, username, password):
        raise RuntimeError(f"cannot store {password}")
