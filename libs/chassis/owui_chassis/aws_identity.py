"""Sessions and tokens for what runs in AWS, by botocore's chain: role of the pod or machine, AWS_* variables.

Form of the token: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.Connecting.html.
"""

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from owui_chassis.errors import Unavailable
from owui_chassis.tokens import Token, Tokens

if TYPE_CHECKING:
    from owui_chassis.http import Outside

log = logging.getLogger(__name__)
_TOKEN_SECONDS = 900
_CONNECT_SECONDS = 5
_ANSWER_SECONDS = 10


def aws_session(outside: "Outside") -> Any:
    """Return a session of botocore whose clients, those that ask for credentials too, trust the bundle."""
    from botocore.config import Config
    from botocore.httpsession import where
    from botocore.session import get_session

    session = get_session()
    session.set_default_client_config(
        Config(connect_timeout=_CONNECT_SECONDS, read_timeout=_ANSWER_SECONDS, retries={"mode": "standard"})
    )
    if bundle := outside.trust.file(where()):
        session.set_config_variable("ca_bundle", bundle)
    return session


class RdsTokens:
    """Tokens with which a role that may `rds-db:connect` signs in to Postgres; they are made here."""

    def __init__(self, host: str, port: int, user: str, region: str, outside: "Outside") -> None:
        self._host = host
        self._port = port
        self._user = user
        self._region = region
        self._outside = outside
        self._session: Any = None
        self.tokens = Tokens(self._fetch)

    async def _fetch(self) -> Token:
        # Credentials may have to be asked for, and botocore blocks.
        return Token(await asyncio.to_thread(self._make), _TOKEN_SECONDS)

    def _make(self) -> str:
        from botocore.awsrequest import prepare_request_dict
        from botocore.exceptions import BotoCoreError, ClientError
        from botocore.model import ServiceId
        from botocore.signers import RequestSigner

        if self._session is None:
            self._session = aws_session(self._outside)
        session = self._session
        region = self._region or session.get_config_variable("region")
        try:
            credentials = session.get_credentials()
            if credentials is None or not region:
                raise Unavailable("There is no identity or region of AWS; set AWS_REGION", "identity_missing")
            service = "rds-db"
            signer = RequestSigner(
                ServiceId(service), region, service, "v4", credentials, session.get_component("event_emitter")
            )
            request: dict[str, Any] = {"method": "GET", "url_path": "/", "query_string": "", "headers": {}}
            request["body"] = {"Action": "connect", "DBUser": self._user}
            prepare_request_dict(request, f"https://{self._host}:{self._port}")
            url = signer.generate_presigned_url(
                request, "connect", region_name=region, expires_in=_TOKEN_SECONDS, signing_name=service
            )
        except (BotoCoreError, ClientError) as error:
            log.warning("AWS gives no credentials: %s", error)
            raise Unavailable("AWS gives no credentials", "identity_refused") from None
        return str(url).removeprefix("https://")
