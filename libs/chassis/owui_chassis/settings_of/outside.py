"""How a service reaches what is outside the platform: whom it trusts, and through which proxies it goes."""

from functools import cached_property

from owui_chassis.certificates import CertificateError, Trust
from owui_chassis.declared_settings import Settings, SettingsError, setting
from owui_chassis.proxies import OutboundProxies


class OutsideSettings(Settings):
    """Whom a service trusts, and through which proxies it goes."""

    ca_bundle: str = setting(
        ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"),
        "",
        "File of certificates (PEM) that every client trusts in addition to the public ones.",
    )
    http_proxy: str = setting(
        ("http_proxy", "HTTP_PROXY"), "", "Proxy for addresses that begin with http://.", secret=True
    )
    https_proxy: str = setting(
        ("https_proxy", "HTTPS_PROXY"), "", "Proxy for addresses that begin with https://.", secret=True
    )
    all_proxy: str = setting(
        ("all_proxy", "ALL_PROXY"), "", "Proxy for addresses without one of their own.", secret=True
    )
    no_proxy: str = setting(
        ("no_proxy", "NO_PROXY"),
        "",
        "Hosts reached without a proxy, by commas: names with those below them, addresses, networks.",
    )

    @cached_property
    def trust(self) -> Trust:
        """Whose certificates are believed."""
        return Trust(self.ca_bundle)

    @cached_property
    def proxies(self) -> OutboundProxies:
        """Which proxy an address is reached through."""
        return OutboundProxies(self.http_proxy, self.https_proxy, self.all_proxy, self.no_proxy)

    def check(self) -> None:
        """Raise SettingsError for certificates that cannot be read or a proxy that is none."""
        super().check()
        try:
            self.trust.check()
        except CertificateError as error:
            raise SettingsError(f"SSL_CERT_FILE: {error}") from None
        try:
            _ = self.proxies
        except ValueError as error:
            raise SettingsError(str(error)) from None
