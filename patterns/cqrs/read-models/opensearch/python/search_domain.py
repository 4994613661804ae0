"""Requests to the search domain, signed with the function's role. Knows nothing of what they ask for."""

from __future__ import annotations

import json
import os
from typing import Any

import urllib3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.session import get_session

# Every request may be sent twice without harm: writes carry the version of what they write.
RETRIES = urllib3.Retry(
    total=2,
    backoff_factor=0.2,
    status_forcelist=(429, 502, 503, 504),
    allowed_methods=None,
    raise_on_status=False,
    # How long to wait is not left to the domain: the function's time would be over first.
    respect_retry_after_header=False,
)
# Three attempts must end before the function's time is over.
TIMEOUT = urllib3.Timeout(connect=2, read=5)


class SearchFailed(Exception):
    """The domain did not do what it was asked for."""


class SearchDomain:
    """An OpenSearch domain. Its access policy tells this function from others by the signature."""

    def __init__(self, endpoint: str) -> None:
        self._url = f"https://{endpoint}"
        session = get_session()
        self._credentials = session.get_credentials()
        self._region = session.get_config_variable("region")
        # Keeps its connection from one invocation to the next: a TLS handshake costs more than the request.
        self._pool = urllib3.PoolManager(retries=RETRIES, timeout=TIMEOUT)

    def request(self, method: str, path: str, body: bytes | None = None, accepts: int | None = None) -> dict[str, Any]:
        """What the domain answers. An answer that is no success raises, unless its status is the one accepted."""
        signed = self.signed(method, path, body)
        answer = self._pool.request(method, f"{self._url}{path}", body=body, headers=dict(signed.headers))
        if answer.status >= 300 and answer.status != accepts:
            raise SearchFailed(f"{method} {path}: {answer.status} {answer.data[:500].decode(errors='replace')}")
        content: dict[str, Any] = json.loads(answer.data)
        return content

    def signed(self, method: str, path: str, body: bytes | None) -> AWSRequest:
        """The request with the signature in its headers. Credentials are asked for each time, as they expire."""
        headers = {"content-type": "application/x-ndjson" if path.endswith("/_bulk") else "application/json"}
        request = AWSRequest(method, f"{self._url}{path}", headers=headers if body else {}, data=body)
        SigV4Auth(self._credentials.get_frozen_credentials(), "es", self._region).add_auth(request)
        return request


def connect_domain() -> SearchDomain:
    """The domain of this project."""
    return SearchDomain(os.environ["SEARCH_ENDPOINT"])
