"""Serves owui.rag.v1.EvaluationService."""

from collections.abc import Sequence
from typing import Any

from owui.rag.v1 import evaluation_service_pb2 as pb
from owui.rag.v1.evaluation_service_pb2_grpc import EvaluationServiceServicer
from owui_chassis.errors import NotFound

from owui_rag.domain.evaluation import Answer, Expected, KnownQuestion, Scores, Trial
from owui_rag.domain.ranking import Scope
from owui_rag.domain.texts import NOT_FOUND
from owui_rag.rpc.callers import Callers, Values, require_admin
from owui_rag.usecases.evaluations import Evaluation, Evaluations
from owui_rag.usecases.knowledge import Knowledge

_NAME_CHARACTERS = 200
_SETTINGS = (
    "top_k", "hybrid_bm25_weight", "hybrid_fusion", "relevance_threshold", "search_candidates",
    "reranked_candidates",
)  # fmt: skip


class EvaluationServicer(EvaluationServiceServicer):
    """Evaluations, for administrators; what they may not read is not searched."""

    def __init__(
        self, callers: Callers, knowledge: Knowledge, evaluations: Evaluations, values: Values
    ) -> None:
        self._callers = callers
        self._knowledge = knowledge
        self._evaluations = evaluations
        self._values = values

    async def CreateEvaluation(
        self, request: pb.CreateEvaluationRequest, _: Any
    ) -> pb.CreateEvaluationResponse:
        """Begin one."""
        require_admin()
        caller = self._callers.caller()
        base = await self._knowledge.get(caller, request.knowledge_id)
        scope = Scope(
            caller.user_id, tuple(sorted(caller.group_ids)), caller.unrestricted, knowledge_ids=(base.id,)
        )
        questions = [
            KnownQuestion(each.question, tuple(Expected(one.file, one.text) for one in each.expected))
            for each in request.questions
        ]
        name = request.name.strip()[:_NAME_CHARACTERS] or base.name
        begun = await self._evaluations.start(scope, name, questions, self._trial(request.settings))
        return pb.CreateEvaluationResponse(evaluation=_message(begun))

    async def ListEvaluations(
        self, _request: pb.ListEvaluationsRequest, _: Any
    ) -> pb.ListEvaluationsResponse:
        """List the newest."""
        require_admin()
        return pb.ListEvaluationsResponse(
            items=[_message(each) for each in await self._evaluations.store.newest()]
        )

    async def GetEvaluation(self, request: pb.GetEvaluationRequest, _: Any) -> pb.GetEvaluationResponse:
        """Read one."""
        require_admin()
        evaluation = await self._evaluations.store.get(request.id)
        if evaluation is None:
            raise NotFound(NOT_FOUND, "evaluation_not_found")
        return pb.GetEvaluationResponse(evaluation=_message(evaluation))

    async def DeleteEvaluation(
        self, request: pb.DeleteEvaluationRequest, _: Any
    ) -> pb.DeleteEvaluationResponse:
        """Delete one."""
        require_admin()
        if not await self._evaluations.store.delete(request.id):
            raise NotFound(NOT_FOUND, "evaluation_not_found")
        return pb.DeleteEvaluationResponse(deleted=True)

    def _trial(self, given: pb.EvaluationSettings) -> Trial:
        return Trial(**{
            name: getattr(given, name) if given.HasField(name) else getattr(self._values, name)
            for name in _SETTINGS
        })  # fmt: skip


def _message(evaluation: Evaluation) -> pb.Evaluation:
    result = evaluation.result
    return pb.Evaluation(
        id=evaluation.id,
        user_id=evaluation.user_id,
        name=evaluation.name,
        status=evaluation.status,
        progress=evaluation.progress,
        error=evaluation.error,
        knowledge_id=evaluation.knowledge_id,
        questions=evaluation.questions,
        unmatched=result.unmatched,
        settings=pb.EvaluationSettings(**{name: getattr(evaluation.trial, name) for name in _SETTINGS}),
        scores=[_scores(each) for each in result.scores],
        answers=[_answer(each, result.questions) for each in result.answers],
        created_at=evaluation.created_at,
        updated_at=evaluation.updated_at,
    )


def _scores(scores: Scores) -> pb.EvaluationScores:
    return pb.EvaluationScores(
        mode=scores.mode,
        ndcg_at_10=scores.ndcg_at_10,
        recall_at_k=scores.recall_at_k,
        k=scores.k,
        mrr=scores.mrr,
        milliseconds=scores.milliseconds,
    )


def _answer(answer: Answer, questions: Sequence[str]) -> pb.EvaluationAnswer:
    return pb.EvaluationAnswer(
        question=answer.question,
        mode=answer.mode,
        first_right=answer.first_right,
        ndcg_at_10=answer.ndcg,
        files=answer.files,
        text=questions[answer.question] if questions else "",
    )
