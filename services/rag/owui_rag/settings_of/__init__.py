"""The settings by subject; `owui_rag.settings` puts them together."""
