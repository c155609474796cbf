"""Administrators measure the search and look for leftovers, over REST, on the whole platform."""

from typing import Any

from .clients.library import Library
from .clients.people import Person
from .world import World, eventually

TEXTS = {
    "owls.txt": "Owls hunt mice at night. By day they sleep in hollow trees.",
    "gulls.txt": "Gulls eat fish from the sea. They nest on cliffs and on roofs.",
    "taxes.txt": "Taxes are due in May. Whoever is late pays a fee of ten crowns.",
}
QUESTIONS = [
    {"question": "What do owls hunt?", "expected": [{"file": "owls.txt", "text": "Owls hunt mice at night"}]},
    {"question": "Where do gulls nest?", "expected": [{"text": "They nest on cliffs and on roofs"}]},
    {"question": "What does it cost to pay late?", "expected": [{"file": "taxes.txt"}]},
]


class TestEvaluations:
    async def test_each_way_of_searching_is_measured(self, platform: World, ada: Person) -> None:
        library = Library(ada.rest)
        base = await library.base("Measured")
        for name, text in TEXTS.items():
            await library.read(name, text.encode(), knowledge_id=base)
        admin = platform.admin.rest
        body = {"knowledge_id": base, "questions": QUESTIONS, "settings": {"top_k": 1}, "name": "first"}
        refused = await ada.rest.call("POST", "/api/v1/retrieval/evaluations", body)
        assert refused.status in {401, 403}
        begun = await admin.send("/api/v1/retrieval/evaluations", body)

        async def ended() -> dict[str, Any] | None:
            found: dict[str, Any] = await platform.admin.rest.fetch(
                f"/api/v1/retrieval/evaluations/{begun['id']}"
            )
            return None if found["status"] == "running" else found

        done = await eventually(ended, "the evaluation")
        assert (done["status"], done["error"], done["unmatched"]) == ("completed", None, 0)
        scores = {each["mode"]: each for each in done["scores"]}
        assert list(scores) == ["vector", "lexical", "hybrid"]
        assert scores["hybrid"]["mrr"] == 1.0
        assert scores["hybrid"]["recall_at_k"] == 1.0
        assert (done["settings"]["top_k"], done["settings"]["hybrid_fusion"]) == (1, "relative")
        listed = await admin.fetch("/api/v1/retrieval/evaluations")
        assert begun["id"] in {each["id"] for each in listed}


class TestLeftovers:
    async def test_a_report_names_every_kind_and_touches_nothing_young(
        self, platform: World, ada: Person
    ) -> None:
        kept = await Library(ada.rest).read("kept.txt", b"This stays.")
        assert (await ada.rest.get("/api/v1/retrieval/orphans")).status in {401, 403}
        answer = await platform.admin.rest.send("/api/v1/retrieval/orphans/repair", {})
        assert (answer["running"], answer["report"]["repair"]) == (False, True)
        kinds = {each["kind"]: each for each in answer["report"]["findings"]}
        assert {
            "blobs_without_files",
            "belongings_of_deleted_users",
            "chunks_without_vectors",
        } <= kinds.keys()
        assert {each["note"] for each in kinds.values()} == {None}
        assert kept in platform.blobs()
        newest = await platform.admin.rest.fetch("/api/v1/retrieval/orphans")
        assert newest["report"]["id"] >= answer["report"]["id"]
