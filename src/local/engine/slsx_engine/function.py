"""What an execution environment has to know about its function; read-only."""

import platform
import uuid
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Dict, List

# Lambda sets these itself; a function variable of the same name cannot change them.
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
_RESERVED = frozenset({
    "_HANDLER", "_X_AMZN_TRACE_ID", "AWS_ACCESS_KEY_ID", "AWS_DEFAULT_REGION", "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_LAMBDA_RUNTIME_API", "AWS_REGION", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"})


@dataclass(frozen=True)
class Function:
    """One version of a function, as the Lambda API describes it."""

    name: str
    version: str
    arn: str
    region: str
    account: str
    role_name: str
    runtime: str
    handler: str
    memory_mb: int
    timeout: float
    variables: Dict[str, str]
    layers: List
    log_group: str
    logs_json: bool
    system_log_level: str
    application_log_level: str

    @property
    def runtime_version(self):
        """The name after `INIT_START Runtime Version:`, with the interpreter that really runs here."""
        if self.runtime.startswith("python"):
            return f"python:{platform.python_version()}.local"
        return f"{self.runtime}.local"

    @property
    def runtime_version_arn(self):
        """An ARN of the right shape; there is no published runtime version behind it."""
        return f"arn:aws:lambda:{self.region}::runtime:local"

    def new_log_stream(self):
        """A log stream name for a new execution environment.

        A log group that several functions may share carries the function's name in the stream's:
        https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html
        """
        day = datetime.now(timezone.utc).strftime("%Y/%m/%d")
        is_shared = self.log_group != f"/aws/lambda/{self.name}"
        return f"{day}/{self.name if is_shared else ''}[{self.version}]{uuid.uuid4().hex}"


def from_configuration(config):
    """Read a function configuration as MiniStack stores it."""
    arn = config["FunctionArn"].split(":")
    name = config["FunctionName"]
    logging = config.get("LoggingConfig") or {}
    variables = (config.get("Environment") or {}).get("Variables") or {}
    return Function(
        name=name, version=config.get("Version") or "$LATEST", arn=config["FunctionArn"], region=arn[3],
        account=arn[4], role_name=(config.get("Role") or "").rsplit("/", 1)[-1],
        runtime=config.get("Runtime") or "", handler=config.get("Handler") or "",
        memory_mb=int(config.get("MemorySize") or 128), timeout=float(config.get("Timeout") or 3),
        variables={key: str(value) for key, value in variables.items() if key not in _RESERVED},
        layers=list(config.get("Layers") or []),
        log_group=logging.get("LogGroup") or f"/aws/lambda/{name}",
        logs_json=logging.get("LogFormat") == "JSON",
        system_log_level=logging.get("SystemLogLevel") or "INFO",
        application_log_level=logging.get("ApplicationLogLevel") or "")
