"""A model provider that does what a test scripts: OpenAI-compatible and Ollama on one port."""

from owui_testkit.fake_provider.reply import CUT, HANG, Gate, Pause, Reply, Step
from owui_testkit.fake_provider.server import FakeProvider, RecordedRequest

__all__ = ["CUT", "HANG", "FakeProvider", "Gate", "Pause", "RecordedRequest", "Reply", "Step"]
