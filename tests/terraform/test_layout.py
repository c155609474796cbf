"""Every module is laid out alike and says what it takes and gives."""

import re
import subprocess
import sys

import pytest

from .sources import ROOT, TERRAFORM, Folder, Reference, references

FILES = {"main.tf", "variables.tf", "outputs.tf", "versions.tf"}
SUBJECTS = {"network.tf", "cluster.tf", "stores.tf", "identity.tf", "release.tf"}
# Outputs for people who use a module without our environments.
FOR_OTHERS = {"namespace", "app_version", "extensions"}


class TestFolders:
    def test_of_modules_have_the_four_files(self, folder: Folder) -> None:
        wanted = FILES - {"main.tf"} | SUBJECTS if folder.is_environment else FILES
        assert wanted <= set(folder.files)

    def test_have_a_readme_that_names_them(self, folder: Folder) -> None:
        text = (folder.path / "README.md").read_text(encoding="utf-8")
        assert text.startswith("# ")
        assert len(text) > 200

    def test_hold_blocks_where_one_looks_for_them(self, folder: Folder) -> None:
        for name, file in folder.files.items():
            assert name == "variables.tf" or "variable" not in file
            assert name == "outputs.tf" or "output" not in file
            assert name == "versions.tf" or "terraform" not in file

    def test_have_no_file_that_is_too_long_to_read(self, folder: Folder) -> None:
        for name in folder.files:
            lines = (folder.path / name).read_text(encoding="utf-8").count("\n")
            assert lines <= (400 if name == "variables.tf" else 220), (name, lines)

    def test_of_environments_show_a_backend_and_the_variables(self, folder: Folder) -> None:
        if folder.is_environment:
            assert (folder.path / "backend.tf.example").exists()
            assert (folder.path / "terraform.tfvars.example").exists()

    def test_run_no_programs(self, folder: Folder) -> None:
        for address, resource in folder.resources.items():
            assert "provisioner" not in resource, address
            assert not address.startswith(("null_resource", "terraform_data", "data.external"))


def test_every_exception_from_checkovs_rules_has_a_reason(folder: Folder) -> None:
    for name in folder.files:
        for line in (folder.path / name).read_text(encoding="utf-8").splitlines():
            if "checkov" in line:
                assert re.fullmatch(r" +#checkov:skip=CKV2?_(AWS|AZURE)_\d+:\S.{30,}\.", line), line


class TestVariables:
    def test_have_a_type(self, folder: Folder) -> None:
        for name, variable in folder.blocks("variable").items():
            kind = variable.get("type", "")
            assert kind.strip("${}").split("(")[0] in {
                "string", "number", "bool", "list", "set", "map", "object",
            }, (name, kind)  # fmt: skip

    def test_say_in_a_sentence_what_they_are(self, folder: Folder) -> None:
        for name, variable in folder.blocks("variable").items():
            text = variable.get("description", "")
            assert re.match(r"^[A-Z].{8,}[^ ]$", text), (name, text)
            assert text.endswith((".", "pem", "…")), (name, text)

    def test_are_used(self, folder: Folder) -> None:
        used = {one.name for one in folder.used if one.kind == "var"}
        assert set(folder.blocks("variable")) == used

    def test_are_refused_with_a_sentence(self, folder: Folder) -> None:
        for name, variable in folder.blocks("variable").items():
            for rule in variable.get("validation", []):
                # A rule of a variable is about that variable.
                assert Reference("var", name) in references(rule["condition"]), name
                assert re.match(r"^[A-Z].*[.…]$", rule["error_message"]), name

    def test_of_both_clouds_that_have_one_name_mean_the_same(self, all_folders: dict[str, Folder]) -> None:
        aks = all_folders["environments/aks"].blocks("variable")
        eks = all_folders["environments/eks"].blocks("variable")
        for name in (
            "release_name",
            "namespace",
            "chart",
            "image",
            "replicas",
            "config",
            "secrets",
            "hostname",
        ):
            assert aks[name] == eks[name], name


class TestOutputs:
    def test_say_in_a_sentence_what_they_are(self, folder: Folder) -> None:
        for name, output in folder.blocks("output").items():
            assert re.match(r"^[A-Z].{8,}[.…]$", output.get("description", "")), name

    def test_of_modules_are_read_by_an_environment(self, all_folders: dict[str, Folder]) -> None:
        text = "\n".join(
            path.read_text(encoding="utf-8")
            for one in all_folders.values()
            if one.is_environment
            for path in one.path.glob("*.tf")
        )
        for module in all_folders.values():
            if not module.is_environment:
                unread = {name for name in module.blocks("output") if not re.search(rf"\.{name}\b", text)}
                assert unread <= FOR_OTHERS, module.name


@pytest.mark.parametrize("name", ["README.md", "environments/aks/README.md", "environments/eks/README.md"])
def test_readmes_name_every_folder_and_say_what_it_costs_and_how_it_ends(name: str) -> None:
    text = (TERRAFORM / name).read_text(encoding="utf-8").lower()
    for word in ("terraform apply", "terraform destroy", "state", "cost", ".terraform.lock.hcl"):
        assert word in text, word


def test_tables_in_readmes_are_up_to_date() -> None:
    command = [sys.executable, str(ROOT / "tools" / "terraform_readmes.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
