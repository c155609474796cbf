"""The engines that turn text into vectors, and the names of the built-in model."""

# Empty stands for this machine.
ENGINES = ("", "openai", "azure_openai", "ollama")
BUILT_IN_MODELS = ("sentence-transformers/all-MiniLM-L6-v2", "all-MiniLM-L6-v2")
