"""The search engine behind OpenSearch domains: which domain is served where, by what.

AWS: a domain's endpoint indexes and searches documents over TLS, and answers only who may.
https://docs.aws.amazon.com/opensearch-service/latest/developerguide/createupdatedomains.html
Stock: the endpoint is a name that leads nowhere unless Docker or another server is there.
"""

import atexit
import importlib.util
import json
import logging
import pathlib
import subprocess
import threading
import urllib.request

from ministack.services import opensearch

from . import anchors, search_access, search_proxy

_log = logging.getLogger("slsx.engine")
_lock = threading.Lock()
_server = None
_server_url = None
_served = {}


def apply():
    """Serve a domain from its creation to its deletion."""
    for name in ("ENDPOINT_OVERRIDE", "_arn", "_domains"):
        anchors.require(opensearch, name)
    anchors.replace(opensearch, "_spawn_dataplane", serve_each_domain)
    anchors.replace(opensearch, "delete_domain_record", end_with_the_domain)
    anchors.replace(opensearch, "reset", end_all)
    search_access.apply()


def serve_each_domain(stock):
    """Every domain has an address and indices of its own, the same address after a restart. Stock: see above."""
    def spawn(domain_name, engine_version):
        clone = None if opensearch.ENDPOINT_OVERRIDE else _new_clone()
        if clone is None:
            return stock(domain_name, engine_version)
        arn = opensearch._arn(domain_name)
        former = (opensearch._domains.get(domain_name) or {}).get("_Endpoint", "")
        proxy = search_proxy.start(clone["url"], arn, former)
        with _lock:
            _served[arn] = (proxy, clone["id"])
        _log.info("domain %s is served on localhost:%d", domain_name, proxy.port)
        return "localhost", proxy.port, None, None, None
    return spawn


def end_with_the_domain(stock):
    """The indices go with their domain. Stock: see above."""
    def delete(name, *arguments, **options):
        record = stock(name, *arguments, **options)
        if record:
            _end(record["ARN"])
        return record
    return delete


def end_all(stock):
    """A reset leaves no index. Stock: see above."""
    def reset():
        stock()
        for arn in list(_served):
            _end(arn)
    return reset


def _end(arn):
    with _lock:
        proxy, clone_id = _served.pop(arn, (None, None))
    if proxy is not None:
        proxy.close()
        _ask("DELETE", f"/_osmem/clones/{clone_id}")


def _new_clone():
    """A search engine without indices, as {"id", "url"}; nothing where the package has no build for this machine."""
    return _ask("POST", "/_osmem/clones") if _start() else None


def _ask(method, path):
    request = urllib.request.Request(_server_url + path, method=method)
    with urllib.request.urlopen(request, timeout=10) as answer:
        text = answer.read()
    return json.loads(text) if text else {}


def _start():
    """Start osmem-server with the first domain; whether there is one."""
    global _server, _server_url
    with _lock:
        package = importlib.util.find_spec("osmem_server")
        if package is None or _server is not None:
            return _server is not None
        program = pathlib.Path(package.origin).parent / "bin" / "osmem-server"
        # It ends when its standard input closes, so it cannot outlive this process.
        _server = subprocess.Popen([str(program), "-addr", "127.0.0.1:0", "-no-ja"], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        atexit.register(_server.kill)
        _server_url = json.loads(_server.stdout.readline())["url"]
        return True
