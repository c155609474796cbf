"""What Ada has and Bob would like to have, and everything that he can try with it."""

from dataclasses import dataclass
from typing import Any

from tests.integration.clients.library import Library
from tests.integration.clients.people import Person
from tests.integration.clients.rest import Answer, Rest

SECRET = "The secret recipe of Ada holds nutmeg and saffron"
QUERY = "secret recipe nutmeg saffron"
REFUSED = {400, 401, 403, 404}
Attempt = tuple[str, str, Any]


@dataclass
class Holdings:
    """What Ada has, and what the others have of their own."""

    ada: Person
    bob: Person
    file: str
    base: str
    job: str
    own_file: str = ""
    own_base: str = ""


async def furnish(ada: Person, bob: Person) -> Holdings:
    """Ada's file in a private base, with a job; Bob's file and base."""
    hers, his = Library(ada.rest), Library(bob.rest)
    file_id = await hers.read("recipe.txt", f"{SECRET} {ada.id}".encode())
    base = await hers.base("Recipes")
    await hers.add(base, file_id)
    job = (await ada.rest.send("/api/v1/files/jobs", {"file_ids": [file_id]}))["id"]
    own_file = await his.read("own.txt", f"Bob {bob.id} likes plain bread".encode())
    own_base = await his.base("Bread")
    return Holdings(ada, bob, file_id, base, job, own_file=own_file, own_base=own_base)


def on_file(file_id: str) -> list[Attempt]:
    """All that can be done with a file at its own address."""
    path = f"/api/v1/files/{file_id}"
    return [
        ("GET", path, None),
        ("GET", f"{path}/data/content", None),
        ("GET", f"{path}/content", None),
        ("HEAD", f"{path}/content", None),
        ("GET", f"{path}/content/html", None),
        ("GET", f"{path}/content/recipe.txt", None),
        ("GET", f"{path}/process/status", None),
        ("GET", f"{path}/process/status?stream=true", None),
        *changes_of_file(file_id),
    ]


def changes_of_file(file_id: str) -> list[Attempt]:
    """What only those may do who may change a file."""
    path = f"/api/v1/files/{file_id}"
    return [
        ("POST", f"{path}/data/content/update", {"content": "overwritten"}),
        ("POST", f"{path}/rename", {"filename": "mine.txt"}),
        ("POST", f"{path}/metadata/update", {"metadata": {"mine": True}}),
        ("POST", f"{path}/access/update", {"access_control": None}),
        ("POST", f"/api/v1/files/direct/{file_id}/finish", {}),
        ("POST", "/api/v1/retrieval/process/file", {"file_id": file_id}),
        ("POST", "/api/v1/retrieval/process/file", {"file_id": file_id, "content": "overwritten"}),
        ("POST", "/api/v1/files/jobs", {"file_ids": [file_id], "again": True}),
        ("DELETE", path, None),
    ]


def on_base(base: str, file_inside: str, own_file: str) -> list[Attempt]:
    """All that can be done with a base at its own address, and where bodies and queries name it."""
    path = f"/api/v1/knowledge/{base}"
    return [
        ("GET", path, None),
        ("GET", f"{path}/files", None),
        ("GET", f"{path}/folders", None),
        ("POST", f"{path}/sync/plan", {"files": []}),
        *changes_of_base(base, file_inside, own_file),
    ]


def changes_of_base(base: str, file_inside: str, own_file: str) -> list[Attempt]:
    """What only those may do who may write a base."""
    path = f"/api/v1/knowledge/{base}"
    return [
        ("POST", f"{path}/update", {"name": "mine", "description": "now", "access_control": None}),
        ("POST", f"{path}/file/add", {"file_id": own_file}),
        ("POST", f"{path}/files/batch/add", [{"file_id": own_file}]),
        ("POST", f"{path}/file/update", {"file_id": file_inside}),
        ("POST", f"{path}/file/remove", {"file_id": file_inside}),
        ("POST", f"{path}/files/move", {"file_ids": [file_inside], "folder": "elsewhere"}),
        ("POST", f"{path}/folders/rename", {"folder": "a", "new_folder": "b"}),
        ("POST", f"{path}/folders/remove", {"folder": "a", "delete_files": True}),
        ("POST", f"{path}/reset", None),
        ("DELETE", f"{path}/delete", None),
        ("POST", "/api/v1/files/jobs", {"file_ids": [own_file], "knowledge_id": base}),
        ("POST", "/api/v1/retrieval/process/file", {"file_id": own_file, "collection_name": base}),
    ]


def on_job(job: str) -> list[Attempt]:
    """All that can be done with a job."""
    path = f"/api/v1/files/jobs/{job}"
    return [
        ("GET", path, None),
        ("GET", f"{path}/files", None),
        *(("POST", f"{path}/{verb}", None) for verb in ("cancel", "pause", "resume", "retry")),
    ]


def foreign_in_own(has: Holdings) -> list[Attempt]:
    """Ada's file where Bob puts files into his own base."""
    path = f"/api/v1/knowledge/{has.own_base}"
    return [
        ("POST", f"{path}/file/add", {"file_id": has.file}),
        ("POST", f"{path}/files/batch/add", [{"file_id": has.own_file}, {"file_id": has.file}]),
        ("POST", f"{path}/file/update", {"file_id": has.file}),
        ("POST", f"{path}/file/remove", {"file_id": has.file}),
        ("POST", "/api/v1/files/jobs", {"file_ids": [has.file], "knowledge_id": has.own_base}),
    ]


async def refuses(caller: Rest, attempts: list[Attempt]) -> None:
    """Make all attempts; each is refused and tells nothing."""
    for verb, path, body in attempts:
        answer = await caller.call(verb, path, body)
        assert answer.status in REFUSED, (verb, path, body, answer)
        tells_nothing(answer, (verb, path))


def tells_nothing(answer: Answer, about: object) -> None:
    """Whatever the answer is, the secret is not in it."""
    text = answer.body.decode("utf-8", "replace")
    assert "nutmeg" not in text, (about, answer)
    assert "recipe" not in text.lower(), (about, answer)


async def state(has: Holdings) -> tuple[Any, ...]:
    """What Ada sees of her own."""
    rest = has.ada.rest
    return (
        await rest.fetch(f"/api/v1/files/{has.file}"),
        await rest.fetch(f"/api/v1/knowledge/{has.base}"),
        (await rest.fetch(f"/api/v1/knowledge/{has.base}/files"))["items"],
        await rest.fetch(f"/api/v1/files/jobs/{has.job}"),
        (await rest.get(f"/api/v1/files/{has.file}/content")).body,
    )
