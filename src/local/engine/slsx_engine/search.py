"""The search engine behind OpenSearch domains.

AWS: a domain's endpoint indexes and searches documents. https://docs.aws.amazon.com/opensearch-service/
Stock: the endpoint is a name that leads nowhere unless Docker or another server is there.
"""

import atexit
import importlib.util
import json
import logging
import pathlib
import subprocess
import threading

from ministack.services import opensearch

from . import anchors

_log = logging.getLogger("slsx.engine")
_lock = threading.Lock()
_server = None


def apply():
    """Start the search engine when the first domain needs it."""
    anchors.require(opensearch, "ENDPOINT_OVERRIDE")
    anchors.replace(opensearch, "_spawn_dataplane", start_with_first_domain)


def start_with_first_domain(stock):
    """All domains share one osmem-server, which ends together with this process. Stock: see above."""
    def spawn(domain_name, engine_version):
        if not opensearch.ENDPOINT_OVERRIDE:
            opensearch.ENDPOINT_OVERRIDE = _start()
        return stock(domain_name, engine_version)
    return spawn


def _start():
    """Start osmem-server and return its address; nothing where the package has no build for this machine."""
    global _server
    with _lock:
        package = importlib.util.find_spec("osmem_server")
        if opensearch.ENDPOINT_OVERRIDE or package is None:
            return opensearch.ENDPOINT_OVERRIDE
        program = pathlib.Path(package.origin).parent / "bin" / "osmem-server"
        # It ends when its standard input closes, so it cannot outlive this process.
        _server = subprocess.Popen([str(program), "-addr", "127.0.0.1:0", "-no-ja"], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        atexit.register(_server.kill)
        address = json.loads(_server.stdout.readline())["url"].replace("http://127.0.0.1", "localhost")
        _log.info("osmem-server serves OpenSearch domains on %s", address)
        return address
