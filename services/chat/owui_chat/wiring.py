"""Opens the parts of the chat service and starts its background work."""

from dataclasses import dataclass

from owui.model_proxy.v1.catalogue_service_pb2_grpc import CatalogueServiceStub
from owui_chassis.database import Database
from owui_chassis.deletions import UserDeletions
from owui_chassis.events import Events, Subscriber
from owui_chassis.live import LiveSettings
from owui_chassis.redis import open_redis
from owui_chassis.refusals import refuse_bad_values
from owui_chassis.runtime import Runtime
from owui_chassis.service import Service
from redis.asyncio import Redis

from owui_chat.adapters.chat_lists import ChatLists
from owui_chat.adapters.chat_names import ChatNames
from owui_chat.adapters.chats import Chats
from owui_chat.adapters.folders import Folders
from owui_chat.adapters.messages import Messages
from owui_chat.adapters.models import ProxiedCatalogue, ProxiedModels
from owui_chat.adapters.note_events import RedisNoteEvents
from owui_chat.adapters.note_lists import NoteLists
from owui_chat.adapters.notes import Notes
from owui_chat.adapters.people import AuthNames, AuthSwitches
from owui_chat.adapters.rag import RagDocuments
from owui_chat.adapters.sharing import SharedChats
from owui_chat.adapters.tags import Tags
from owui_chat.adapters.task_events import RedisTaskEvents
from owui_chat.adapters.tasks import Tasks
from owui_chat.domain.folders import FolderLimits
from owui_chat.domain.limits import Limits
from owui_chat.domain.notes import NoteLimits
from owui_chat.settings import ChatSettings
from owui_chat.usecases.answer_grounded import AnswerGrounded
from owui_chat.usecases.attached import Attached
from owui_chat.usecases.await_files import AwaitFiles
from owui_chat.usecases.callers import Callers
from owui_chat.usecases.completions import CompletionLimits, Completions
from owui_chat.usecases.features import Features
from owui_chat.usecases.find_passages import FindPassages
from owui_chat.usecases.generate import Generations
from owui_chat.usecases.ground import Ground
from owui_chat.usecases.notes import WriteNotes
from owui_chat.usecases.read_web import ReadWeb
from owui_chat.usecases.reap import Reaper
from owui_chat.usecases.stop_completion import StopCompletion


@dataclass(frozen=True, slots=True)
class Parts:
    """What the servicers work with."""

    chats: Chats
    lists: ChatLists
    shared: SharedChats
    tags: Tags
    folders: Folders
    notes: WriteNotes
    note_lists: NoteLists
    names: AuthNames
    features: Features
    callers: Callers
    messages: Messages
    tasks: Tasks
    events: RedisTaskEvents
    completions: Completions
    grounded: AnswerGrounded
    stop: StopCompletion
    generations: Generations
    catalogue: CatalogueServiceStub
    live: LiveSettings[ChatSettings]
    limits: Limits
    folder_limits: FolderLimits
    note_limits: NoteLimits


async def open_parts(service: Service, settings: ChatSettings, runtime: Runtime) -> Parts:
    """Open the stores, start what runs beside the requests, and return the parts."""
    database = await service.enter(Database(settings.database, "chat", settings.database_pool_size))
    refuse_bad_values(database)
    redis = await service.enter(open_redis(settings.redis))
    prefix = settings.redis_key_prefix
    service.check("database", database.ping)
    live = LiveSettings(settings, database, redis)
    await live.start(service.background)
    tags = Tags(database)
    tasks = Tasks(database, settings.replica_name, settings.max_tasks_per_user, settings.dead_seconds)
    events = RedisTaskEvents(redis, prefix, settings.events_kept_seconds)
    models = ProxiedModels(runtime.channel("model-proxy"), settings.stream_seconds)
    generations = Generations(models, ChatNames(database, tags), lambda: live, service.identities)
    chats, documents = Chats(database), RagDocuments(runtime.channel("rag"))
    find = FindPassages(documents, generations, lambda: settings.document_tokens)
    catalogue = ProxiedCatalogue(runtime.channel("model-proxy"))
    folder_limits = FolderLimits(settings.max_folders, settings.max_folder_bytes)
    note_limits = NoteLimits(settings.max_notes, settings.max_note_bytes)
    folders, notes = Folders(database, folder_limits), Notes(database, note_limits)
    features = Features(AuthSwitches(runtime.channel("auth")))
    callers = Callers(bypass=settings.bypass_admin_access_control)
    attached = Attached(chats, notes, folders, features=features, callers=callers)
    ground = Ground(
        documents,
        catalogue,
        attached,
        awaited=AwaitFiles(documents, settings.reading_seconds),
        find=find,
        web=ReadWeb(documents, generations),
    )
    grounded = AnswerGrounded(ground, models, attached)
    limits = CompletionLimits(settings.max_tasks, settings.max_answer_length, settings.idle_seconds)
    completions = Completions(
        models,
        tasks,
        events,
        grounded=grounded,
        background=service.background,
        afterwards=generations.after_answer,
        limits=limits,
    )
    parts = Parts(
        catalogue=CatalogueServiceStub(runtime.channel("model-proxy")),
        chats=chats,
        lists=ChatLists(database),
        shared=SharedChats(database),
        tags=tags,
        folders=folders,
        notes=WriteNotes(notes, RedisNoteEvents(Events(redis), prefix)),
        note_lists=NoteLists(database),
        names=AuthNames(runtime.channel("auth")),
        features=features,
        callers=callers,
        messages=Messages(database),
        tasks=tasks,
        events=events,
        completions=completions,
        grounded=grounded,
        stop=StopCompletion(completions, tasks, Events(redis), f"{prefix}:tasks:stop"),
        generations=generations,
        live=live,
        limits=Limits(settings.max_messages, settings.max_chat_bytes, settings.max_message_bytes),
        folder_limits=folder_limits,
        note_limits=note_limits,
    )
    await _start_background(service, settings, parts, redis)
    return parts


async def _start_background(service: Service, settings: ChatSettings, parts: Parts, redis: Redis) -> None:
    """Send events, keep tasks alive, close dead ones, listen to other replicas and services; drain at the
    end."""

    async def erase(user_id: str) -> None:
        parts.completions.stop_user(user_id)
        await parts.chats.erase_user(user_id)

    background, prefix = service.background, settings.redis_key_prefix
    reaper = Reaper(parts.tasks, parts.events, settings.dead_seconds)
    await reaper.close_former()
    background.forever(parts.events.run, "events of answers")
    background.every(settings.checkpoint_seconds, parts.completions.keep, "checkpoints of answers")
    background.every(settings.dead_seconds / 3, reaper.look, "closing of dead tasks")
    subscriber = Subscriber(redis)
    await subscriber.subscribe(f"{prefix}:tasks:stop", parts.stop.heard)
    background.forever(subscriber.run, "stops of answers")
    background.forever(UserDeletions(redis, prefix, "chat", erase).take, "deletions of users")
    service.on_drain(parts.completions.drain)
