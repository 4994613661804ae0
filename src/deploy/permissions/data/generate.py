#!/usr/bin/env python3
"""Writes handlers.txt: which actions CloudFormation needs to create, read, update and delete a resource of each type.

    python3 src/deploy/permissions/data/generate.py            # the newest release of cfn-lint
    python3 src/deploy/permissions/data/generate.py 1.58.0

Needs pip. The source is `handlers.*.permissions` of CloudFormation's own resource schemas, which cfn-lint (MIT-0)
ships. One line per type of types.txt:

    AWS::SQS::Queue sqs:CreateQueue,DeleteQueue,... kms:...

The service of the type itself comes first. What no service has (schemas contain slips of the pen) is left out and said;
what the schemas do not tell is in EXTRA, with its source.
"""
import json
import pathlib
import subprocess
import sys
import tempfile
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
CATALOGUE = HERE.parents[2] / "iam" / "data" / "actions.txt"
HANDLERS = ("create", "read", "update", "delete")

EXTRA = {
    # A custom resource is a call of its function, with the permissions of whoever deploys.
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources-lambda.html
    "AWS::CloudFormation::CustomResource": ["lambda:InvokeFunction"],
    # The schema names an action that IAM does not know for it.
    # https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonopensearchservice.html
    "AWS::OpenSearchService::Domain": ["es:UpdateDomainConfig"],
    # https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging.html
    "AWS::ApiGatewayV2::Stage": [
        "logs:CreateLogDelivery", "logs:PutResourcePolicy", "logs:UpdateLogDelivery", "logs:DeleteLogDelivery",
        "logs:DescribeResourcePolicies", "logs:GetLogDelivery", "logs:ListLogDeliveries", "logs:DescribeLogGroups",
    ],
}


def catalogue():
    """Every action that AWS has, by its name in small letters."""
    known = {}
    for line in CATALOGUE.read_text().splitlines()[1:]:
        service, *groups = line.split(" ")
        for group in groups:
            for name in group.split(":", 1)[1].split(","):
                known[f"{service}:{name}".lower()] = f"{service}:{name}"
    return known


def unpack(version, folder):
    wanted = f"cfn-lint=={version}" if version else "cfn-lint"
    subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, wanted], check=True)
    wheel = next(pathlib.Path(folder).glob("*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return wheel.name.split("-")[1], pathlib.Path(folder) / "cfnlint" / "data" / "schemas"


def actions_of(schema, known, kind):
    wanted = set()
    for handler in HANDLERS:
        wanted |= set(schema.get("handlers", {}).get(handler, {}).get("permissions", []))
    unknown = sorted(action for action in wanted if action.lower() not in known)
    if unknown:
        print(f"{kind}: no service has {', '.join(unknown)}")
    return {known[action.lower()] for action in wanted if action.lower() in known}


def line(kind, actions):
    groups = {}
    for action in sorted(actions):
        service, name = action.split(":")
        groups.setdefault(service, []).append(name)
    return " ".join([kind, *(f"{service}:{','.join(names)}" for service, names in sorted(groups.items()))])


def main():
    known = catalogue()
    with tempfile.TemporaryDirectory() as folder:
        version, schemas = unpack(sys.argv[1] if len(sys.argv) > 1 else None, folder)
        files = json.loads((schemas / "providers" / "us-east-1.json").read_text())
        lines = []
        for kind in (HERE / "types.txt").read_text().split():
            schema = json.loads((schemas / "resources" / f"{files[kind]}.json").read_text())
            actions = actions_of(schema, known, kind) | set(EXTRA.get(kind, []))
            if not actions:
                sys.exit(f"{kind} has no handlers and nothing in EXTRA")
            lines.append(line(kind, actions))
    header = f"# cfn-lint {version} (MIT-0), CloudFormation's resource schemas; written by generate.py, do not edit"
    (HERE / "handlers.txt").write_text("\n".join([header, *lines]) + "\n")
    print(f"{len(lines)} types from cfn-lint {version}")


if __name__ == "__main__":
    main()
