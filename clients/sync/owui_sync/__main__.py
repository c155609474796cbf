"""`python -m owui_sync` is `owui-sync`."""

from owui_sync.main import main

main()
