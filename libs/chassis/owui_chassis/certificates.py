"""Whose certificates are believed: the public ones, and those of a file that an operator gives."""

import atexit
import ssl
import tempfile
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

HTTP = ("http/1.1",)


class CertificateError(Exception):
    """The file of certificates cannot be used; the message says why."""


class Trust:
    """The public certificates and those in `bundle`, a file of PEM texts; empty for none."""

    def __init__(self, bundle: str = "") -> None:
        self.bundle = bundle
        self._with_public = ""

    def check(self) -> None:
        """Raise CertificateError when the file cannot be read or holds no certificate."""
        if self.bundle:
            self._load(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), self.bundle)

    def context(self, protocols: Sequence[str] = (), file: str = "") -> ssl.SSLContext:
        """Return what a client verifies servers with, by certificate and name; `file` replaces the bundle.

        `protocols` are those of ALPN, the first preferred. Raises CertificateError.
        """
        context = ssl.create_default_context()
        if file or self.bundle:
            self._load(context, file or self.bundle)
        if protocols:
            context.set_alpn_protocols(list(protocols))
        return context

    @cached_property
    def http(self) -> ssl.SSLContext:
        """The context of all HTTP clients of the process: making one reads the public certificates."""
        return self.context(HTTP)

    def file(self, public: str) -> str | None:
        """Return a file with the bundle and the certificates in the file `public`; None without a bundle.

        For libraries that read one file.
        """
        if not self.bundle:
            return None
        if not self._with_public:
            texts = [Path(public).read_text(encoding="utf-8"), Path(self.bundle).read_text(encoding="utf-8")]
            with tempfile.NamedTemporaryFile("w", prefix="owui-trust-", suffix=".pem", delete=False) as file:
                file.write("\n".join(texts))
            atexit.register(Path(file.name).unlink, missing_ok=True)
            self._with_public = file.name
        return self._with_public

    def _load(self, context: ssl.SSLContext, file: str) -> None:
        try:
            context.load_verify_locations(cafile=file)
        except ssl.SSLError:
            raise CertificateError(f"{file} holds no certificates in PEM form") from None
        except OSError as error:
            raise CertificateError(f"{file} cannot be read: {error.strerror or error}") from None
