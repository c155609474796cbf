"""Which addresses of pages are refused, in all their spellings."""

import ipaddress
from string import ascii_lowercase, digits

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from owui_rag.domain.egress import EgressPolicy, EgressRefused, read_url, target_of
from owui_rag.domain.egress_lists import is_listed_domain
from yarl import URL

PUBLIC_ONLY = EgressPolicy()
LOCAL = EgressPolicy(allow_private=True)

READ = {
    "http://example.com": ("http://example.com/", "example.com", 80),
    "HTTPS://Example.COM:443/a?b#c": ("https://example.com/a?b", "example.com", 443),
    "https://example.com:8443/": ("https://example.com:8443/", "example.com", 8443),
    "http://example.com./": ("http://example.com/", "example.com", 80),
    "http://example.com:/": ("http://example.com/", "example.com", 80),
    "http://example.com?q=1": ("http://example.com/?q=1", "example.com", 80),
    "http://ＥＸＡＭＰＬＥ.com/": ("http://example.com/", "example.com", 80),
    "http://bücher.example/ä": ("http://xn--bcher-kva.example/ä", "xn--bcher-kva.example", 80),
    "http://faß.example/": ("http://xn--fa-hia.example/", "xn--fa-hia.example", 80),
    "http://a_b.example/": ("http://a_b.example/", "a_b.example", 80),
    "http://8.8.8.8/": ("http://8.8.8.8/", "8.8.8.8", 80),
    "http://[2606:4700:4700:0::1111]/": ("http://[2606:4700:4700::1111]/", "2606:4700:4700::1111", 80),
    " http://example.com/\n": ("http://example.com/", "example.com", 80),
    "http://1.example.com/": ("http://1.example.com/", "1.example.com", 80),
}
LOOPBACK = (
    "127.0.0.1", "127.1", "127.0.1", "0x7f.1", "0x7f.0.0.1", "0x7f000001", "0X7F.1", "2130706433",
    "0177.0.0.1", "0177.1", "017700000001", "127.0.0.01", "127.0.0.1.", "127.0.0.1..", "0", "0.0.0.0", "0x",  # noqa: S104 - a spelling, nothing is bound to it
    "0x0", "127.0.0.0x1", "①②⑦.⓪.⓪.①", "127。0。0。1", "１２７.0.0.1", "127.0.0.１", "127．0．0．1",
    "127.0.0.1%00.example.com", "%31%32%37.0.0.1", "[::1]", "[0:0:0:0:0:0:0:1]", "[::]",
    "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[2002:7f00:1::]", "[64:ff9b::7f00:1]",
    "[64:ff9b::127.0.0.1]", "[64:ff9b:1::127.0.0.1]", "[2001:0:7f00:1::]", "[::ffff:0:127.0.0.1]",
    "[fe80::1%25eth0]", "[fe80::1%eth0]", "[::1", "::1", "localhost", "LOCALHOST", "localhost.",
    "a.localhost", "ⓛocalhost", "loc\u00adalhost", "localhost.localdomain", "4294967297", "256.256.256.256",
    "1.2.3.4.5",
)  # fmt: skip
METADATA = (
    "169.254.169.254", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "169.254.43518",
    "[::ffff:169.254.169.254]", "[::ffff:a9fe:a9fe]", "[fd00:ec2::254]", "[64:ff9b::a9fe:a9fe]",
    "[2002:a9fe:a9fe::]", "metadata.google.internal", "METADATA.google.internal.",
    "a.metadata.google.internal", "metadata", "metadata.goog", "instance-data",
    "instance-data.ec2.internal", "metadata.tencentyun.com", "100.100.100.200", "168.63.129.16",
    "ｍetadata.google.internal", "metadata。google。internal",
)  # fmt: skip
UNREADABLE = (
    "", "example.com", "//example.com/", "ftp://example.com/", "file:///etc/passwd",
    "gopher://example.com/", "javascript:alert(1)", "http:///path", "http://", "http:/example.com",
    "http:example.com", "http://:80/", "http://user@example.com/", "http://user:secret@example.com/",
    "http://example.com@127.0.0.1/", "http://127.0.0.1@example.com/", "http://example.com:0/",
    "http://example.com:65536/", "http://example.com:80:80/", "http://example.com:８０/",
    "http://example.com:+80/", "http://example.com:8 0/", "http://exam ple.com/",
    "http://example.com\\@127.0.0.1/", "http://example.com/\r\nHost: evil", "http://a\tb.com/",
    "http://example.com/\x00", "http://-example.com/", "http://example-.com/", "http://exa..mple.com/",
    "http://.example.com/", "http://example.com%2f@127.0.0.1/", "http://ex℀mple.com/",
    "http://exa[mple.com/", "http://[::1]x/", "http://[example.com]/", "http://" + "a" * 64 + ".com/",
    "http://" + "a." * 127 + "com/", "http://example.com/" + "a" * 9000, "http://exam\u200bple.com/",
    "http://example.com/\udc80",
    "http://ex\u3000ample.com/",
)  # fmt: skip


class TestReadUrl:
    @pytest.mark.parametrize("url", READ)
    def test_an_address_has_one_form(self, url: str) -> None:
        read = read_url(url)
        assert (read.url, read.host, read.port) == READ[url]

    @pytest.mark.parametrize("url", UNREADABLE)
    def test_what_could_be_read_in_two_ways_is_refused(self, url: str) -> None:
        with pytest.raises(EgressRefused):
            read_url(url)

    @settings(deadline=None)
    @given(st.text(max_size=60), st.sampled_from(["", "http://", "https://", "http://example.com"]))
    def test_any_text_is_refused_or_read_and_then_stays_the_same(self, text: str, start: str) -> None:
        try:
            read = read_url(start + text)
        except EgressRefused:
            return
        assert read_url(read.url) == read
        assert read.host.isascii()
        assert URL(read.url).raw_host == read.host
        assert URL(read.url).port == read.port

    @settings(deadline=None)
    @given(st.text(alphabet=ascii_lowercase + digits + ".:@[]%#/?\\xX-。０１", max_size=24))
    def test_the_http_client_sees_the_host_that_was_checked(self, authority: str) -> None:
        try:
            read = read_url(f"http://{authority}/")
        except EgressRefused:
            return
        assert URL(read.url).raw_host == read.host


class TestTargetOf:
    @pytest.mark.parametrize("host", LOOPBACK)
    def test_loopback_is_refused_however_it_is_spelled(self, host: str) -> None:
        with pytest.raises(EgressRefused):
            target_of(f"http://{host}/", PUBLIC_ONLY)

    @pytest.mark.parametrize("host", METADATA)
    def test_metadata_is_refused_even_where_private_networks_are_open(self, host: str) -> None:
        for policy in (PUBLIC_ONLY, LOCAL, EgressPolicy(True, (ipaddress.ip_network("0.0.0.0/0"),))):
            with pytest.raises(EgressRefused):
                target_of(f"http://{host}/latest/meta-data/", policy)

    @pytest.mark.parametrize("host", ["redis", "a.local", "nas.lan", "api.svc", "db.internal", "a.home.arpa"])
    def test_names_of_private_networks_need_the_operators_word(self, host: str) -> None:
        with pytest.raises(EgressRefused):
            target_of(f"http://{host}/", PUBLIC_ONLY)
        assert target_of(f"http://{host}/", LOCAL).host == host

    def test_private_addresses_open_with_the_setting(self) -> None:
        assert target_of("http://192.168.1.7:8080/x", LOCAL).url == "http://192.168.1.7:8080/x"
        assert target_of("http://[::1]/", LOCAL).url == "http://[::1]/"

    def test_a_refusal_tells_why_and_not_the_address(self) -> None:
        with pytest.raises(EgressRefused, match="private network") as refused:
            target_of("http://10.1.2.3/", PUBLIC_ONLY)
        assert refused.value.reason == "url_private"
        assert "10.1.2.3" not in refused.value.message

    @settings(deadline=None)
    @given(st.ip_addresses(v=4), st.data())
    def test_no_spelling_of_an_ipv4_address_but_the_plain_one_is_read(
        self, address: ipaddress.IPv4Address, data: st.DataObject
    ) -> None:
        octets = address.packed
        kept = data.draw(st.integers(0, 3))
        tail = int.from_bytes(octets[kept:], "big")
        write = st.sampled_from(["{}", "0x{:x}", "0X{:X}", "0{:o}", "0x0{:x}"])
        parts = [data.draw(write).format(part) for part in (*octets[:kept], tail)]
        spelled = ".".join(parts)
        if spelled == str(address):
            return
        with pytest.raises(EgressRefused):
            target_of(f"http://{spelled}/", LOCAL)

    @settings(deadline=None)
    @given(st.ip_addresses(v=4), st.sampled_from("①１𝟏𝟙¹₁"))
    def test_no_foreign_digits_make_an_address(self, address: ipaddress.IPv4Address, digit: str) -> None:
        spelled = str(address).replace("1", digit, 1)
        if spelled != str(address):
            with pytest.raises(EgressRefused):
                target_of(f"http://{spelled}/", LOCAL)


class TestDomainLists:
    @pytest.mark.parametrize(
        ("host", "entries", "passes"),
        [
            ("example.com", [], True),
            ("example.com", ["", " "], True),
            ("example.com", ["example.com"], True),
            ("www.example.com", ["example.com"], True),
            ("www.example.com", ["*.example.com"], True),
            ("notexample.com", ["example.com"], False),
            ("example.com.evil.org", ["example.com"], False),
            ("example.com", ["!example.com"], False),
            ("www.example.com", ["!example.com"], False),
            ("www.example.com", ["!EXAMPLE.com "], False),
            ("example.org", ["!example.com"], True),
            ("secret.example.com", ["example.com", "!secret.example.com"], False),
            ("www.example.com", ["example.com", "!secret.example.com"], True),
            ("8.8.8.8", ["!8.8.8.8"], False),
            ("2606::1", ["![2606::1]"], False),
            ("example.com.", ["!example.com"], False),
        ],
    )
    def test_entries_mean_a_domain_and_all_below(self, host: str, entries: list[str], passes: bool) -> None:
        assert is_listed_domain(host, entries) is passes

    def test_a_page_of_a_refused_domain_is_refused(self) -> None:
        policy = EgressPolicy(domains=("!bad.example",))
        with pytest.raises(EgressRefused, match=r"www\.bad\.example"):
            target_of("https://www.bad.example/", policy)
        assert target_of("https://good.example/", policy).host == "good.example"
