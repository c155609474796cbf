"""Wires the parts of the model proxy."""

from owui_chassis.database import Database
from owui_chassis.events import Events, Subscriber
from owui_chassis.live import LiveSettings
from owui_chassis.redis import open_redis
from owui_chassis.runtime import Runtime
from owui_chassis.serve import serve
from owui_chassis.service import Service

from owui_model_proxy.adapters.known_lists import PostgresKnownLists
from owui_model_proxy.adapters.list_reader import HttpListReader
from owui_model_proxy.adapters.model_rows import PostgresModelRows
from owui_model_proxy.adapters.providers import HttpProviders
from owui_model_proxy.adapters.row_messages import RowMessages
from owui_model_proxy.rpc.register import register
from owui_model_proxy.settings import ModelProxySettings
from owui_model_proxy.usecases.catalogue import Catalogue
from owui_model_proxy.usecases.configure import connections_of
from owui_model_proxy.usecases.door import Door
from owui_model_proxy.usecases.gate import Gate

SCHEMA = "model_proxy"


async def build(runtime: Runtime) -> Service:
    """Build the service; what it opens is closed when it stops."""
    settings = ModelProxySettings.read(runtime.environ)
    service = Service("model-proxy", settings)
    database = await service.enter(Database(settings.database, SCHEMA, settings.database_pool_size))
    redis = await service.enter(open_redis(settings.redis))
    live = LiveSettings(settings, database, redis)
    await live.start(service.background)
    providers = await service.enter(
        HttpProviders(
            settings.client_timeout,
            settings.idle_timeout,
            verify_tls=settings.verify_tls,
            pool_size=settings.max_streams,
            outside=settings,
        )
    )
    rows = PostgresModelRows(database)
    catalogue = Catalogue(
        rows,
        HttpListReader(providers, settings.model_list_timeout),
        PostgresKnownLists(database),
        service.background,
        fresh_seconds=settings.models_cache_ttl.total_seconds(),
        connections=lambda: connections_of(live),
        order=lambda: live.model_order_list,
        bypass_all=settings.bypass_model_access_control,
        bypass_admin=settings.bypass_admin_access_control,
    )
    live.on_change(catalogue.reconnect)
    await catalogue.start()
    messages = RowMessages(Events(redis), Subscriber(redis, catalogue.follow_rows), settings.redis_key_prefix)
    await messages.start(service.background, catalogue.follow_rows)
    door = Door(
        catalogue, providers, Gate(settings.max_streams), settings.max_body_bytes, settings.forward_user_info
    )
    seconds = settings.model_list_timeout.total_seconds()
    register(service, door, live, rows, messages.changed, verify_seconds=seconds)
    service.check("database", database.ping)
    return service


if __name__ == "__main__":
    serve(build)
