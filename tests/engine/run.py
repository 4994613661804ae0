"""Runs the tests against MiniStack as it is and with the corrections of slsx.

    python tests/engine/run.py --python VENV_PYTHON [-k PART_OF_A_NAME] [-v]

Succeeds only if every test passes with the corrections and every test that claims a difference fails without them: one
that also passes on plain MiniStack shows that a correction is no longer needed, or that the test proves nothing. What
this machine cannot run is listed and counted apart: it is neither passed nor a difference shown.
"""

import argparse
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

_HERE = pathlib.Path(__file__).resolve().parent
_ENGINE = _HERE.parent.parent / "src" / "local" / "engine"
_START_LIMIT, _STOP_LIMIT, _SUITE_LIMIT = 20.0, 5.0, 600.0
_REPEATED_LIMIT = 6


class Server:
    """One MiniStack in a folder of its own."""

    def __init__(self, python, variant, folder):
        self.variant = variant
        self.folder = folder / variant
        self.port = _free_port()
        (self.folder / "tmp").mkdir(parents=True)
        module = ["-m", "slsx_engine"] if variant == "corrected" else ["-c", "from ministack.app import main; main()"]
        self._log = open(self.folder / "log.txt", "wb")
        self._started = time.monotonic()
        self._process = subprocess.Popen(
            [python, *module], cwd=self.folder, env=self._variables(python), stdin=subprocess.DEVNULL,
            stdout=self._log, stderr=subprocess.STDOUT)

    def wait(self):
        """Wait until it answers; return the seconds that took."""
        while time.monotonic() - self._started < _START_LIMIT and self._process.poll() is None:
            try:
                urllib.request.urlopen(f"{self.endpoint}/_ministack/health", timeout=1).close()
                return time.monotonic() - self._started
            except OSError:
                time.sleep(0.02)
        raise SystemExit(f"{self.variant} did not start:\n{(self.folder / 'log.txt').read_text()[-2000:]}")

    @property
    def endpoint(self):
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def stop(self):
        """Stop it; return the seconds that took."""
        started = time.monotonic()
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(_STOP_LIMIT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()
        return time.monotonic() - started

    def _variables(self, python):
        return {
            "PATH": os.pathsep.join([os.path.dirname(python), os.environ.get("PATH", os.defpath)]),
            "HOME": str(self.folder), "TMPDIR": str(self.folder / "tmp"), "LANG": "C.UTF-8",
            "PYTHONPATH": str(_ENGINE), "PYTHONDONTWRITEBYTECODE": "1", "ENGINE_TEST_SECRET": "must not be seen",
            "GATEWAY_PORT": str(self.port), "BIND_HOST": "127.0.0.1", "MINISTACK_HOST": "localhost",
            "MINISTACK_REGION": "us-east-1", "PERSIST_STATE": "0", "S3_PERSIST": "0",
            "STATE_DIR": str(self.folder / "state"), "S3_DATA_DIR": str(self.folder / "s3"),
            "IOT_MTLS_ENABLED": "0", "SFTP_ENABLED": "0", "DOCKER_HOST": "unix:///nonexistent.sock",
            "LAMBDA_ACCOUNT_CONCURRENCY": "1000", "LAMBDA_ASYNC_RETRY_BASE_SECONDS": "0.2", "AUTH": "true",
            "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _suite(python, server, pattern):
    """Start the tests against a server."""
    variables = {**server._variables(python), "ENGINE_ENDPOINT": server.endpoint,
                 "PYTHONPATH": os.pathsep.join([str(_HERE), str(_ENGINE)])}
    return subprocess.Popen([python, str(_HERE / "suite.py"), *([pattern] if pattern else [])], cwd=server.folder,
                            env=variables, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)


def _results(suite):
    try:
        output, _ = suite.communicate(timeout=_SUITE_LIMIT)
    except subprocess.TimeoutExpired:
        suite.kill()
        raise SystemExit(f"the tests did not end within {_SUITE_LIMIT:.0f} s") from None
    return json.loads(output)


def _again_alone(python, server, results):
    """Repeat what failed, one test at a time: with two servers and eight threads at work, a machine with few processors
    is late for tests that compare times. What fails for another reason fails again."""
    failed = [test for test, result in results.items() if result["problem"]]
    if len(failed) > _REPEATED_LIMIT:
        return results
    repeated = {test: _results(_suite(python, server, test)) for test in failed}
    for test in failed:
        print(f"REPEATED ALONE {test}")
        results[test] = repeated[test].get(test, results[test])
    return results


def _plain_again(python, folder, corrected, plain):
    """Repeat alone what passed on plain MiniStack although it claims a difference. On a new server: the other's pollers
    may have died of a test. What passed because the machine was busy fails now."""
    lucky = [test for test, result in corrected.items()
             if not (result["problem"] or result["skipped_because"] or result["is_kept"] or plain[test]["problem"])]
    if not 0 < len(lucky) <= _REPEATED_LIMIT:
        return plain
    server = Server(python, "plain-again", folder)
    try:
        server.wait()
        for test in lucky:
            print(f"REPEATED ON PLAIN MINISTACK {test}")
            plain[test] = _results(_suite(python, server, test)).get(test, plain[test])
    finally:
        server.stop()
    return plain


def _judge(corrected, stock, is_verbose):
    """Print what is wrong; return how many tests are."""
    wrong = 0
    for test, result in corrected.items():
        plain = stock[test]
        if result["problem"]:
            wrong += 1
            print(f"FAIL {test}\n{result['problem']}")
        elif result["skipped_because"]:
            claim = "" if result["is_kept"] else ", so the difference it claims is not shown here"
            print(f"SKIPPED {test}: {result['skipped_because']}{claim}")
        elif not plain["problem"] and not result["is_kept"]:
            wrong += 1
            print(f"NO DIFFERENCE {test}: it passes on plain MiniStack too")
        elif is_verbose:
            reason = (plain["problem"].strip().splitlines() or ["passes"])[-1][:150]
            print(f"ok   {test} ({result['seconds']:.1f} s); plain MiniStack: {reason}")
    return wrong


def main():
    """Run everything; return the exit code."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--python", required=True, help="the Python of the engine's virtual environment")
    arguments.add_argument("-k", dest="pattern", help="run only the tests whose name contains this")
    arguments.add_argument("-v", dest="is_verbose", action="store_true", help="show every test")
    given = arguments.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="slsx-engine-"))
    began = time.monotonic()
    servers = []
    try:
        servers += [Server(given.python, variant, folder) for variant in ("corrected", "plain")]
        starts = [server.wait() for server in servers]
        suites = [_suite(given.python, server, given.pattern) for server in servers]
        corrected, plain = map(_results, suites)
        corrected = _again_alone(given.python, servers[0], corrected)
        plain = _plain_again(given.python, folder, corrected, plain)
        wrong = _judge(corrected, plain, given.is_verbose)
    finally:
        stops = [server.stop() for server in servers]
    if wrong:
        print(f"logs: {folder}")
    else:
        shutil.rmtree(folder, ignore_errors=True)
    run = [result for result in corrected.values() if not result["skipped_because"]]
    claims = sum(not result["is_kept"] for result in run)
    skipped = len(corrected) - len(run)
    print(f"{len(run)} tests, {claims} differences, {skipped} skipped, {wrong} wrong; start {starts[0]:.2f} s, "
          f"stop {stops[0]:.2f} s (plain {starts[1]:.2f} s, {stops[1]:.2f} s); {time.monotonic() - began:.0f} s in all")
    return 1 if wrong or not run else 0


if __name__ == "__main__":
    sys.exit(main())
