"""Wires the rag service."""

from owui.rag.v1 import evaluation_service_pb2_grpc as evaluation_grpc
from owui.rag.v1 import file_service_pb2_grpc as files_grpc
from owui.rag.v1 import file_transfer_service_pb2_grpc as transfers_grpc
from owui.rag.v1 import ingestion_service_pb2_grpc as ingestion_grpc
from owui.rag.v1 import knowledge_service_pb2_grpc as knowledge_grpc
from owui.rag.v1 import public_config_service_pb2_grpc as config_grpc
from owui.rag.v1 import reconciliation_service_pb2_grpc as reconciliation_grpc
from owui.rag.v1 import retrieval_service_pb2_grpc as retrieval_grpc
from owui_chassis.runtime import Runtime
from owui_chassis.serve import serve
from owui_chassis.service import Service

from owui_rag.rpc.callers import Callers
from owui_rag.rpc.configuration import Configuration
from owui_rag.rpc.evaluations import EvaluationServicer
from owui_rag.rpc.file_transfer import FileTransferServicer
from owui_rag.rpc.files import FileServicer
from owui_rag.rpc.ingestion import IngestionServicer
from owui_rag.rpc.knowledge import KnowledgeServicer
from owui_rag.rpc.public_config import PublicConfigServicer
from owui_rag.rpc.questions import Questions
from owui_rag.rpc.reconciliation import ReconciliationServicer
from owui_rag.rpc.retrieval import RetrievalServicer
from owui_rag.settings import RagSettings
from owui_rag.wiring import Parts, open_parts


async def build(runtime: Runtime) -> Service:
    """Build the service: what it stores in and listens to is open, its background work runs."""
    settings = RagSettings.read(runtime.environ)
    service = Service("rag", settings)
    add_servicers(service, await open_parts(service, settings, runtime))
    return service


def add_servicers(service: Service, parts: Parts) -> None:
    """Add a servicer per contract."""
    p, callers = parts, Callers(parts.live)
    files = FileServicer(callers, p.files, p.reading, p.erase)
    service.add(files_grpc.add_FileServiceServicer_to_server, files)
    transfers = FileTransferServicer(callers, p.receive, p.send, p.direct)
    service.add(transfers_grpc.add_FileTransferServiceServicer_to_server, transfers)
    knowledge = KnowledgeServicer(
        callers, p.knowledge, p.contents, bases=p.bases, links=p.links, names=p.names, values=p.live
    )
    service.add(knowledge_grpc.add_KnowledgeServiceServicer_to_server, knowledge)
    ingestion = IngestionServicer(callers, p.files, p.contents, p.jobs)
    service.add(ingestion_grpc.add_IngestionServiceServicer_to_server, ingestion)
    retrieval = RetrievalServicer(
        callers,
        Configuration(p.live),
        Questions(callers, p.retrieve, p.collections, p.links, p.lenders, unread=p.unread),
        process=p.process,
        web=p.web,
        contents=p.contents,
        erase=p.erase,
        embed=p.embed,
    )
    service.add(retrieval_grpc.add_RetrievalServiceServicer_to_server, retrieval)
    evaluations = EvaluationServicer(callers, p.knowledge, p.evaluations, p.live)
    service.add(evaluation_grpc.add_EvaluationServiceServicer_to_server, evaluations)
    service.add(config_grpc.add_PublicConfigServiceServicer_to_server, PublicConfigServicer(p.live))
    reconciliation = ReconciliationServicer(p.reconcile)
    service.add(reconciliation_grpc.add_ReconciliationServiceServicer_to_server, reconciliation)


if __name__ == "__main__":
    serve(build)
