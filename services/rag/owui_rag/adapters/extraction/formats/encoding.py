"""From bytes to text when nobody says which encoding they are in."""

import codecs

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


def decode(data: bytes, declared: str | None = None) -> tuple[str, str]:
    """Return the text and the encoding it was in; `declared` is what the document says, if anything.

    Never fails: what cannot be decoded becomes U+FFFD.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace"), encoding.removesuffix("-sig")
    for candidate in filter(None, ("utf-8", declared, _utf16(data))):
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
    high = sum(byte >= 128 for byte in data[:_SAMPLE])
    # A few letters tell nothing about statistics: they are most likely those of a Western language.
    if high < 40 and high < len(data[:_SAMPLE]) * 0.35 and _is_western(data):
        return "cp1252"
    from charset_normalizer import from_bytes

    # The telling bytes may come late: the sample begins a little before the first that is not ASCII.
    first = next((index for index, byte in enumerate(data) if byte >= 128), 0)
    sample = data[max(first - 1024, 0) : max(first - 1024, 0) + _SAMPLE]
    best = from_bytes(sample, cp_isolation=_USUAL).best()
    return best.encoding if best else "cp1252"


def _is_western(data: bytes) -> bool:
    """Whether all bytes beyond ASCII are letters or typographic marks in Windows' Western encoding."""
    letters = {byte for byte in data[:_SAMPLE] if byte >= 128}
    marks = b"\x80\x85\x91\x92\x93\x94\x96\x97\xa0\xa3\xa7\xa9\xab\xae\xb0\xbb"
    return all(byte in marks or (byte >= 0xC0 and byte not in b"\xd7\xf7") for byte in letters)
