"""What a person reads when everything runs."""

from pathlib import Path

from owui_local.place import web_remedy


def banner(host: str, port: int, data: Path, *, first: bool, demo: bool, web: bool) -> str:
    """Return a box with the address and the next step."""
    shown = "localhost" if host in {"127.0.0.1", "0.0.0.0", "::", "localhost"} else host  # noqa: S104
    lines = [f"Ready: http://{shown}:{port}", ""]
    if not web:
        lines.append(f"{web_remedy()}; the API answers, see /docs.")
    if first:
        lines.append("Create the first account: it becomes the administrator.")
    if demo:
        lines.append("A small demonstration model answers until you connect a real one")
        lines.append("(Admin Panel > Settings > Connections, or OPENAI_API_BASE_URL and OPENAI_API_KEY).")
    lines += [f"Data and logs: {data}", "Stop: Ctrl-C"]
    width = max(map(len, lines))
    rule = "─" * (width + 4)
    body = "\n".join(f"│  {line:<{width}}  │" for line in lines)
    return f"\n┌{rule}┐\n{body}\n└{rule}┘\n"
