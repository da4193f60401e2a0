"""A profile is of one account: what is said to whoever brings it the session of another one."""

from __future__ import annotations

from ..errors import WrongProfile
from .profiles import Profile
from .saved_session import SessionInfo


def check_same_account(profile: Profile, before: SessionInfo, new: SessionInfo) -> None:
    """Check that a new session is of the account and marketplace that a profile is of.

    Raises ``WrongProfile``, also where nobody knows whose the new one is: Amazon has to be asked for that first.
    """
    if before.marketplace != new.marketplace:
        problem = f"is of amazon.{before.marketplace}, and this session of amazon.{new.marketplace}"
    elif before.account and not new.account:
        problem = "has an account, and whose this session is nobody has asked"
    elif before.account and before.account != new.account:
        problem = "is another account's"
    else:
        return
    raise WrongProfile(
        f"the profile {profile.name!r} {problem}: sign in under another name (--profile NAME), or sign this one out "
        f"first (amazon-photos logout{profile.login.removeprefix('amazon-photos login')})"
    )
