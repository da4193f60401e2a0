"""From an error to the one thing to do about it."""

from __future__ import annotations

from ... import errors
from ...model.findings import Finding, wrong

_ADVICE: tuple[tuple[type[errors.AmazonPhotosError], str], ...] = (
    (errors.NotSignedIn, "sign in: {login}"),
    (errors.KeyringFailed, "unlock the keyring, or keep the session in a file: {login} --store file"),
    (errors.CookieCommandFailed, "run the cookie_command by hand, and mend what it says"),
    (errors.WrongProfile, "name another profile, or leave out tld"),
    (errors.SessionExpired, "sign in anew: {login}"),
    (errors.CredentialsError, "sign in: {login}; or give all of the cookies that it names"),
    (errors.FileExposed, "run the chmod that it names; sign in anew if somebody may have read it"),
    (errors.DiskFull, "make room on that disk"),
    (errors.LocalFileError, "make it readable and writable for the user that runs this"),
    (errors.UnknownMarketplace, "name the zone: zone in the settings (AMAZON_PHOTOS_ZONE), na, eu or jp"),
    (errors.InvalidInput, "correct it in the place that it names"),
    (errors.CatalogForeign, "name another catalogue, or let refresh() keep this one aside and build another"),
    (errors.CatalogTooNew, "update this package: an older version cannot read it"),
    (errors.CatalogDamaged, "let refresh() keep it aside and build another"),
    (errors.CatalogError, "make it readable for the user that runs this, or name another catalogue"),
    (errors.AccountNotFound, "sign in to the marketplace that has the photos: {login} --tld …"),
    (errors.RateLimited, "wait some minutes, and do less at once (max_concurrency)"),
    (errors.Unavailable, "wait some minutes; if it stays, open Amazon Photos in a browser on this machine"),
    (errors.CertificateError, "name the certificate of this network: SSL_CERT_FILE=…"),
    (errors.ProxyRefused, "correct the proxy (proxy in the settings, or HTTPS_PROXY), with its user and password"),
    (errors.NetworkError, "look after the network: cable, Wi-Fi, VPN, firewall, name server, proxy"),
    (errors.MissingExtra, "install what it names"),
)
"""The first that an error is one of counts."""


def explain_error(check: str, error: Exception, login: str) -> Finding:
    """Explain an error as a finding; one that is none of ours tells only its kind."""
    if isinstance(error, errors.AmazonPhotosError):
        to_do = next((text for kind, text in _ADVICE if isinstance(error, kind)), "report it, with this row")
        return wrong(check, str(error), to_do.format(login=f"`{login}`"))
    return wrong(check, f"looking at it failed: {type(error).__name__}", "report it, with this row")
