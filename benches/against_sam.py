"""Deploys one project of four functions with slsx and with AWS SAM CLI on the same local AWS, and compares.

    cargo build --release && python3 benches/against_sam.py

Three things are timed, in turns, several times: a first deployment, one of what is deployed already, and one after a
line of one function's code was changed. SAM CLI is installed into a temporary environment; nothing of it stays. What
is compared is the time of the tools: CloudFormation of local AWS takes moments, that of AWS takes minutes.
"""

import argparse
import json
import os
import pathlib
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

SAM = "aws-sam-cli==1.170.0"
WANTED = {"first deploy": 5, "no change": 20, "one line of code": 10}
ROOT = pathlib.Path(__file__).resolve().parent.parent
PACKAGE_CPU = 0.1
CHANGED = "functions/thumbnail/app.py"


class Tool:
    """One of the two, with a copy of the project of its own."""

    def __init__(self, name, folder, environment):
        self.name, self.folder, self._environment = name, folder, environment
        self.seconds, self.cpu = {}, {}

    def timed(self, what, *command_lines):
        """Run the command lines, and note how long they take all together."""
        before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        printed = [self.run(*line) for line in command_lines]
        took, after = time.monotonic() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
        self.seconds.setdefault(what, []).append(took)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        self.cpu.setdefault(what, []).append(cpu)
        return printed

    def run(self, *command):
        """Run one command line, which must succeed."""
        ran = subprocess.run(command, cwd=self.folder, env=self._environment, capture_output=True, text=True,
                             stdin=subprocess.DEVNULL, check=False)
        if ran.returncode:
            sys.exit(f"{self.name}: {' '.join(map(str, command))}\n{ran.stdout}\n{ran.stderr}")
        return ran.stdout

    def change(self, number):
        """Change one line of one function."""
        path = self.folder / CHANGED
        text = re.sub(r"\A# change \d+\n", "", path.read_text())
        path.write_text(f"# change {number}\n{text}")


def installed_sam(folder):
    """The path of SAM CLI, in an environment of its own."""
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    python = folder / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", SAM], check=True)
    return folder / "bin" / "sam"


def compare(slsx, rounds, folder):
    """Deploy, change and delete with both, in turns; return the two."""
    sam = installed_sam(folder / "sam-cli")
    plain = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "SLSX_", "SAM_"))}
    plain |= {"XDG_STATE_HOME": str(folder / "state"), "SAM_CLI_TELEMETRY": "0"}
    up = [slsx, "local", "up", "--instance", "bench", "--while-process", str(os.getpid()), "--format", "json"]
    endpoint = json.loads(subprocess.run(up, env=plain, capture_output=True, check=True).stdout)["endpoint"]
    plain |= {"AWS_ENDPOINT_URL": endpoint, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
              "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1"}
    subprocess.run([slsx, "new", "fan-out", "bench-slsx"], cwd=folder, env=plain, check=True, capture_output=True)
    shutil.copytree(folder / "bench-slsx", folder / "bench-sam")
    ours = Tool("slsx", folder / "bench-slsx", plain)
    theirs = Tool("SAM CLI", folder / "bench-sam", plain)
    deploy = {
        ours: [[slsx, "deploy", "--stack", "bench-slsx", "--yes", "--format", "json"]],
        theirs: [[sam, "build"], [sam, "deploy", "--stack-name", "bench-sam", "--resolve-s3", "--no-confirm-changeset",
                                  "--no-fail-on-empty-changeset", "--capabilities", "CAPABILITY_IAM",
                                  "CAPABILITY_NAMED_IAM"]],
    }
    delete = {
        ours: [slsx, "destroy", "--stack", "bench-slsx", "--yes"],
        theirs: [sam, "delete", "--stack-name", "bench-sam", "--no-prompts"],
    }
    for number in range(rounds):
        # Whoever comes second finds the machine warmer, so that is taken in turns.
        turns = [ours, theirs] if number % 2 else [theirs, ours]
        for what, prepare in (("first deploy", lambda _: None), ("no change", lambda _: None),
                              ("one line of code", lambda tool: tool.change(number))):
            for tool in turns:
                prepare(tool)
                printed = tool.timed(what, *deploy[tool])
                if tool is ours:
                    report = json.loads(printed[0])
                    print(f"round {number + 1}, {what}: lane {report['lane']['name']}, {report['requests']} requests")
        for tool in turns:
            tool.run(*delete[tool])
            shutil.rmtree(tool.folder / ".aws-sam", ignore_errors=True)
        ours.timed("package", [slsx, "package"])
    return ours, theirs


def main():
    """Compare, print the table, and fail where slsx is not as much faster as it wants to be."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--slsx", default=ROOT / "target" / "release" / "slsx", type=pathlib.Path)
    parser.add_argument("--rounds", default=3, type=int)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = compare(options.slsx.resolve(), options.rounds, pathlib.Path(folder))
    print(f"\n{'median of ' + str(options.rounds):<18} {'slsx':>16} {'SAM CLI':>18} {'ratio':>8} {'CPU':>8}")
    missed = []
    for what, wanted in WANTED.items():
        walls = [statistics.median(tool.seconds[what]) for tool in (ours, theirs)]
        cpus = [statistics.median(tool.cpu[what]) for tool in (ours, theirs)]
        ratio = walls[1] / walls[0]
        print(f"{what:<18} {walls[0]:>7.2f} s {cpus[0]:>4.2f} c {walls[1]:>8.2f} s {cpus[1]:>5.2f} c {ratio:>7.1f}x "
              f"{cpus[1] / cpus[0]:>7.1f}x")
        if ratio < wanted:
            missed.append(f"{what}: {ratio:.1f}, not {wanted}")
    cpu = statistics.median(ours.cpu["package"])
    print(f"slsx package, nothing changed: {cpu * 1000:.0f} ms of CPU")
    if cpu >= PACKAGE_CPU:
        missed.append(f"slsx package: {cpu:.3f} s of CPU, not under {PACKAGE_CPU}")
    print("Times of whole commands; c: seconds of CPU, of the tool and its children.")
    sys.exit("\n".join(missed) if missed else 0)


if __name__ == "__main__":
    main()
