"""Counts the cold starts in a minute that slsx measures, and that others' way of forcing them brings, on local AWS.

    cargo build --release && python3 benches/coldstart_rate.py

The others change an environment variable before every sample, wait for the update with the SDK's waiter, and invoke.
`FunctionUpdatedV2` looks every second, `FunctionUpdated` every five; the quicker of them is the peer to beat. On local
AWS an update takes moments, on AWS about a second: the peers lose the same time to their waiters there. boto3 is
installed into a temporary environment; nothing of it stays.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

BOTO3 = "boto3==1.43.106"
WANTED = {"burst": 10, "serial": 2}
ROOT = pathlib.Path(__file__).resolve().parent.parent
TEMPLATE = """Transform: AWS::Serverless-2016-10-31
Resources:
  Hello:
    Type: AWS::Serverless::Function
    Properties: {FunctionName: hello, Runtime: python3.13, Handler: app.handler, CodeUri: code/}
"""
# As most functions do, it brings the SDK.
CODE = "import boto3\n\n\ndef handler(event, context):\n    return {}\n"
# What the best of the others do, without their own overhead.
PEER = """import base64, sys, time, boto3
waiter, count = sys.argv[1], int(sys.argv[2])
client = boto3.client("lambda")
found = began = 0
for number in range(count + 1):
    if number == 1:
        began = time.monotonic()
    client.update_function_configuration(FunctionName="hello", Environment={"Variables": {"run": str(time.time())}})
    client.get_waiter(waiter).wait(FunctionName="hello")
    reply = client.invoke(FunctionName="hello", LogType="Tail")
    found += number > 0 and b"Init Duration" in base64.b64decode(reply["LogResult"])
print(found / (time.monotonic() - began) * 60)
"""


def main():
    """Measure, print the table, and fail where slsx is not as much faster as it wants to be."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--slsx", default=ROOT / "target" / "release" / "slsx", type=pathlib.Path)
    parser.add_argument("--samples", default=100, type=int)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rates = measured(options.slsx.resolve(), options.samples, pathlib.Path(folder))
    best = max(rate for name, rate in rates.items() if name.startswith("peer"))
    missed = []
    for name, rate in rates.items():
        print(f"{name:<24} {rate:>8.1f} cold starts in a minute {rate / best:>6.1f}x")
        if name in WANTED and rate / best < WANTED[name]:
            missed.append(f"{name}: {rate / best:.1f}, not {WANTED[name]}")
    sys.exit("\n".join(missed) if missed else 0)


def measured(slsx, samples, folder):
    """Cold starts in a minute of each way."""
    plain = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "SLSX_"))}
    plain["XDG_STATE_HOME"] = str(folder / "state")
    subprocess.run([sys.executable, "-m", "venv", folder / "peer"], check=True)
    python = folder / "peer" / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", BOTO3], check=True)
    up = [slsx, "local", "up", "--instance", "bench", "--while-process", str(os.getpid()), "--format", "json"]
    endpoint = json.loads(subprocess.run(up, env=plain, capture_output=True, check=True).stdout)["endpoint"]
    plain |= {"AWS_ENDPOINT_URL": endpoint, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
              "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1"}
    project, local = folder / "project", ["--local", "--instance", "bench"]
    (project / "code").mkdir(parents=True)
    (project / "template.yaml").write_text(TEMPLATE)
    (project / "code" / "app.py").write_text(CODE)

    def run(*command):
        return subprocess.run(command, cwd=project, env=plain, capture_output=True, check=True, text=True).stdout

    def ours(*strategy):
        began = time.monotonic()
        command = [slsx, "coldstart-bench", "Hello", "-n", str(samples), *local, "--format", "json", *strategy]
        report = json.loads(run(*command))
        # The whole command, with what it reads before and puts back in the end; the peers are timed without that.
        return report["report"]["functions"][0]["n"] / (time.monotonic() - began) * 60

    run(slsx, "deploy", *local, "--yes")
    peers = {f"peer, {waiter}": float(run(python, "-c", PEER, waiter, str(count)))
             for waiter, count in (("function_updated_v2", samples // 4), ("function_updated", 4))}
    return {"burst": ours(), "serial": ours("--strategy", "serial"), **peers}


if __name__ == "__main__":
    main()
