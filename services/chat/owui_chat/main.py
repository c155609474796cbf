"""Wires the chat service."""

from owui.chat.v1 import chat_service_pb2_grpc as chats_grpc
from owui.chat.v1 import completion_service_pb2_grpc as completions_grpc
from owui.chat.v1 import configuration_service_pb2_grpc as configuration_grpc
from owui.chat.v1 import folder_service_pb2_grpc as folders_grpc
from owui.chat.v1 import generation_service_pb2_grpc as generations_grpc
from owui.chat.v1 import message_service_pb2_grpc as messages_grpc
from owui.chat.v1 import note_service_pb2_grpc as notes_grpc
from owui.chat.v1 import sharing_service_pb2_grpc as sharing_grpc
from owui.chat.v1 import tag_service_pb2_grpc as tags_grpc
from owui.chat.v1 import task_service_pb2_grpc as tasks_grpc
from owui_chassis.runtime import Runtime
from owui_chassis.serve import serve
from owui_chassis.service import Service

from owui_chat.rpc.chats import ChatServicer
from owui_chat.rpc.completions import CompletionServicer
from owui_chat.rpc.configuration import ConfigurationServicer
from owui_chat.rpc.folders import FolderServicer
from owui_chat.rpc.generations import GenerationServicer
from owui_chat.rpc.messages import MessageServicer
from owui_chat.rpc.notes import NoteServicer
from owui_chat.rpc.sharing import SharingServicer
from owui_chat.rpc.tags import TagServicer
from owui_chat.rpc.tasks import TaskServicer
from owui_chat.settings import ChatSettings
from owui_chat.wiring import Parts, open_parts


async def build(runtime: Runtime) -> Service:
    """Build the service: what it stores in and listens to is open, its background work runs."""
    settings = ChatSettings.read(runtime.environ)
    service = Service("chat", settings)
    add_servicers(service, await open_parts(service, settings, runtime))
    return service


def add_servicers(service: Service, parts: Parts) -> None:
    """Add a servicer per contract."""
    p, live, limits = parts, parts.live, parts.limits
    chats = ChatServicer(chats=p.chats, lists=p.lists, shared=p.shared, tags=p.tags, live=live, limits=limits)
    service.add(chats_grpc.add_ChatServiceServicer_to_server, chats)
    service.add(sharing_grpc.add_SharingServiceServicer_to_server, SharingServicer(p.shared, live))
    service.add(tags_grpc.add_TagServiceServicer_to_server, TagServicer(p.tags, p.lists))
    folders = FolderServicer(p.folders, p.tags, p.features, p.folder_limits)
    service.add(folders_grpc.add_FolderServiceServicer_to_server, folders)
    notes = NoteServicer(
        p.notes, p.note_lists, p.names, features=p.features, callers=p.callers, limits=p.note_limits
    )
    service.add(notes_grpc.add_NoteServiceServicer_to_server, notes)
    messages = MessageServicer(p.messages, p.chats, p.events, live, limits)
    service.add(messages_grpc.add_MessageServiceServicer_to_server, messages)
    service.add(tasks_grpc.add_TaskServiceServicer_to_server, TaskServicer(p.tasks, p.stop))
    completions = CompletionServicer(p.completions, p.grounded, p.events)
    service.add(completions_grpc.add_CompletionServiceServicer_to_server, completions)
    generations = GenerationServicer(p.generations, live)
    service.add(generations_grpc.add_GenerationServiceServicer_to_server, generations)
    configuration = ConfigurationServicer(live, p.catalogue)
    service.add(configuration_grpc.add_ConfigurationServiceServicer_to_server, configuration)


if __name__ == "__main__":
    serve(build)
