"""Follows expressions to the secrets that they are made of."""

from typing import Any

from .sources import SCHEMAS, Folder, Reference, references


def is_sensitive(node: Any, folder: Folder, all_folders: dict[str, Folder]) -> bool:
    """Say whether an expression of a folder is made of something secret, however many steps away."""
    return any(_leads_to_secret(one, folder, all_folders) for one in references(node))


def _leads_to_secret(one: Reference, folder: Folder, all_folders: dict[str, Folder]) -> bool:
    match one.kind:
        case "var":
            return folder.blocks("variable").get(one.name, {}).get("sensitive") is True
        case "local":
            return is_sensitive(folder.locals.get(one.name), folder, all_folders)
        case "module":
            path = (folder.path / folder.blocks("module")[one.name]["source"]).resolve()
            called = next(other for other in all_folders.values() if other.path == path)
            return called.blocks("output").get(one.attribute, {}).get("sensitive") is True
        case _:
            kind = one.name.rpartition(".")[0]
            shape = SCHEMAS[kind.removeprefix("data.").split("_")[0]]["resources"][kind]
            part = (shape["attributes"] | shape["blocks"]).get(one.attribute, {})
            within = {**part.get("attributes", {}), **part.get("blocks", {})}.get(one.inner, {})
            return part.get("sensitive", False) is True or within.get("sensitive", False) is True
