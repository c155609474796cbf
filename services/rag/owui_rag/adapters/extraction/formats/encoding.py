"""From bytes to text when nobody says which encoding they are in."""

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# A guess among all encodings of the world is worse than one among those that files are really in.
_USUAL = [
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "koi8_r",
    "shift_jis", "euc_jp", "gb18030", "big5", "euc_kr",
]  # fmt: skip
_SAMPLE = 64 * 1024
_JAPANESE_ESCAPE = b"\x1b$"  # ISO 2022, which is ASCII as far as its bytes go
_RUNS = re.compile(rb"[\x80-\xff]{3,}")


def decode(data: bytes, declared: str | None = None) -> tuple[str, str]:
    """Return the text and the encoding it was in; `declared` is what the document says, if anything.

    Never fails: what cannot be decoded becomes U+FFFD.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace"), encoding.removesuffix("-sig")
    escaped = "iso2022_jp" if _JAPANESE_ESCAPE in data[:_SAMPLE] else None
    for candidate in filter(None, (escaped, "utf-8", declared, _utf16(data))):
        try:
            return data.decode(candidate), candidate
        except (UnicodeDecodeError, LookupError):
            continue
    guessed = _guess(data)
    return data.decode(guessed, "replace"), guessed


def _utf16(data: bytes) -> str | None:
    sample = data[:_SAMPLE]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if max(even, odd) < len(sample) * 0.2:
        return None
    return "utf-16-be" if even > odd else "utf-16-le"


def _guess(data: bytes) -> str:
    # Statistics mistake one language with accents for another.
    if western := _western(data[:_SAMPLE]):
        return western
    from charset_normalizer import from_bytes

    # The telling bytes may come late: the sample begins a little before the first that is not ASCII.
    first = next((index for index, byte in enumerate(data) if byte >= 128), 0)
    sample = data[max(first - 1024, 0) : max(first - 1024, 0) + _SAMPLE]
    best = from_bytes(sample, cp_isolation=_USUAL).best()
    return best.encoding if best else "cp1252"


def _western(sample: bytes) -> str | None:
    """Return the encoding of a language whose letters are Latin ones with a few others among them.

    All bytes beyond ASCII are letters or typographic marks in Windows' Western encoding, and stand alone or
    by twos. Of those that are used beside it, Turkish and Hungarian show themselves.
    """
    letters = {byte for byte in sample if byte >= 128}
    marks = b"\x80\x85\x91\x92\x93\x94\x96\x97\xa0\xa3\xa7\xa9\xab\xae\xb0\xbb"
    if not all(byte in marks or (byte >= 0xC0 and byte not in b"\xd7\xf7") for byte in letters):
        return None
    if 10 * sum(map(len, _RUNS.findall(sample))) > sum(byte >= 128 for byte in sample):
        return None
    # ğ, ı, ş are ð, ý, þ there, which Icelandic has beside á, í and æ.
    if letters & set(b"\xf0\xfd\xfe") and not letters & set(b"\xe1\xe6\xed\xf3"):
        return "cp1254"
    # ő and ű are õ and û there, which Portuguese, Estonian and French have beside others.
    if (
        letters & set(b"\xf5\xfb")
        and {0xE1, 0xE9} <= letters
        and not letters & set(b"\xe0\xe2\xe3\xe4\xe7\xea")
    ):
        return "cp1250"
    return "cp1252"
