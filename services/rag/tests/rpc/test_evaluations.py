"""Evaluations as administrators begin and read them."""

import asyncio

import pytest
from owui.rag.v1 import evaluation_service_pb2 as pb
from owui.rag.v1.evaluation_service_pb2_grpc import EvaluationServiceStub
from owui_chassis.errors import Forbidden, Invalid, NotFound
from owui_rag.evaluate import run
from sqlalchemy import text


def request_for(base, **more):
    expected = pb.ExpectedPassage(file="owls.txt", text="owls hunt mice")
    questions = [pb.EvaluationQuestion(question="what do owls hunt", expected=[expected])]
    return pb.CreateEvaluationRequest(knowledge_id=base, **{"questions": questions, **more})


async def ended(world, admin, stub, evaluation_id):
    async with asyncio.timeout(20):
        while True:
            request = pb.GetEvaluationRequest(id=evaluation_id)
            found = (await world.call(admin, stub.GetEvaluation, request)).evaluation
            if found.status != "running":
                return found
            await asyncio.sleep(0.02)


async def test_an_evaluation_runs_and_is_kept(start, new_person):
    world = await start(RAG_RECONCILE_GRACE="0s")
    admin = new_person("admin")
    stub = EvaluationServiceStub(world.channel)
    base = await world.base(admin)
    for name, words in (("owls.txt", b"owls hunt mice"), ("gulls.txt", b"gulls eat fish")):
        await world.add(admin, base, await world.upload(admin, words, name))
    # The stand-in for the worker leaves the index empty; this fills it.
    await world.parts.reconcile.start(repair=True, seconds=None)
    settings = pb.EvaluationSettings(top_k=1, hybrid_bm25_weight=0.0)
    begun = (
        await world.call(admin, stub.CreateEvaluation, request_for(base.id, settings=settings))
    ).evaluation
    assert (begun.status, begun.name, begun.questions) == ("running", "Base", 1)
    done = await ended(world, admin, stub, begun.id)
    assert (done.status, done.error, done.progress) == ("completed", "", 1.0)
    [scores] = done.scores
    assert (scores.mode, scores.k, scores.mrr, scores.recall_at_k, scores.ndcg_at_10) == (
        "lexical",
        1,
        1,
        1,
        1,
    )
    [answer] = done.answers
    assert (answer.text, answer.first_right, answer.files[0]) == ("what do owls hunt", 1, "owls.txt")
    assert (done.settings.hybrid_bm25_weight, done.settings.hybrid_fusion) == (0.0, "relative")
    listed = (await world.call(admin, stub.ListEvaluations, pb.ListEvaluationsRequest())).items
    assert [(each.id, len(each.scores), len(each.answers)) for each in listed] == [(begun.id, 1, 0)]
    await world.call(admin, stub.DeleteEvaluation, pb.DeleteEvaluationRequest(id=begun.id))
    with pytest.raises(NotFound):
        await world.call(admin, stub.GetEvaluation, pb.GetEvaluationRequest(id=begun.id))


async def test_only_administrators_and_only_what_makes_sense(world, new_person):
    admin, ada = new_person("admin"), new_person()
    stub = EvaluationServiceStub(world.channel)
    base = await world.base(admin)
    for method, request in (
        (stub.CreateEvaluation, request_for(base.id)),
        (stub.ListEvaluations, pb.ListEvaluationsRequest()),
        (stub.GetEvaluation, pb.GetEvaluationRequest(id="x")),
        (stub.DeleteEvaluation, pb.DeleteEvaluationRequest(id="x")),
    ):
        with pytest.raises(Forbidden):
            await world.call(ada, method, request)
    with pytest.raises(NotFound):
        await world.call(admin, stub.CreateEvaluation, request_for("no such base"))
    with pytest.raises(Invalid):
        await world.call(admin, stub.CreateEvaluation, request_for(base.id, questions=[]))


async def test_what_its_replica_left_running_was_interrupted(world, new_person):
    admin = new_person("admin")
    stub = EvaluationServiceStub(world.channel)
    base = await world.base(admin)
    begun = (await world.call(admin, stub.CreateEvaluation, request_for(base.id))).evaluation
    await ended(world, admin, stub, begun.id)
    async with world.database.begin() as connection:
        left = (
            "UPDATE evaluation SET status = 'running', running_until = now() - interval '1s' WHERE id = :id"
        )
        await connection.execute(text(left), {"id": begun.id})
    assert (await ended(world, admin, stub, begun.id)).status == "interrupted"


async def test_the_command_measures_the_same_base(start, new_person, postgres_url, redis_url, tmp_path):
    world = await start(RAG_RECONCILE_GRACE="0s")
    admin = new_person("admin")
    base = await world.base(admin)
    await world.add(admin, base, await world.upload(admin, b"herons wait in shallow water", "herons.txt"))
    await world.parts.reconcile.start(repair=True, seconds=None)
    questions = tmp_path / "questions.jsonl"
    questions.write_text('{"question": "where do herons wait", "expected": [{"file": "herons.txt"}]}\n')
    environ = {"WEBUI_SECRET_KEY": "s" * 40, "DATABASE_URL": postgres_url, "REDIS_URL": redis_url}
    environ["DATA_DIR"] = str(tmp_path)
    result = await run(["--knowledge", base.id, "--questions", str(questions), "--top-k", "2"], environ)
    [scores] = result.scores
    assert (scores.mode, scores.k, scores.mrr, result.unmatched) == ("lexical", 2, 1.0, 0)
