"""How the process of an execution environment is started: its files, its command line and its variables."""

import atexit
import glob
import os
import pathlib
import shutil
import sys
import tempfile

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

from . import certificates

_HERE = pathlib.Path(__file__).resolve().parent / "runtimes"
# What a Python function may import without bringing it along: the SDK and the runtime itself.
# https://docs.aws.amazon.com/lambda/latest/dg/lambda-python.html
_PYTHON_PACKAGES = ("awslambdaric", "simplejson", "snapshot_restore_py", "boto3", "botocore", "s3transfer",
                    "jmespath", "dateutil", "urllib3", "six.py", "runtime_client.*.so")
_PATH = ("/usr/local/bin", "/usr/bin", "/bin")
_SUPPORTED = ("python", "nodejs", "provided")


class InvalidEntrypoint(Exception):
    """There is nothing that could be started."""


def is_supported(runtime):
    """Whether functions of this runtime run as a process here."""
    return runtime.startswith(_SUPPORTED)


def extract(function, code_zip):
    """Unpack the code and the layers once for all environments; return the folders, code first."""
    folders = [lambda_svc._provided_runtime_code_dir(code_zip)]
    for layer in function.layers:
        blob = lambda_svc._resolve_layer_zip(layer)
        if blob:
            folders.append(lambda_svc._docker_extracted_dir(blob, "layer"))
    return folders


def command(function, folders):
    """The command line of the runtime."""
    code, *layers = folders
    if function.runtime.startswith("python"):
        # -B: /var/task is read-only on AWS, so byte code is never cached there. -S: the engine's own packages stay
        # out of sight; a function that forgot to bundle a dependency must fail here as it fails on AWS.
        return [sys.executable, "-B", "-S", str(_HERE / "python_bootstrap.py"), function.handler,
                _python_packages(), str(_HERE / "without_native_client"), *layers]
    if function.runtime.startswith("nodejs"):
        node = shutil.which("node")
        if not node:
            raise InvalidEntrypoint("node is not on the PATH of local AWS; install Node.js to run this function")
        return [node, str(_HERE / "node_bootstrap.mjs"), function.handler]
    for folder in folders:
        bootstrap = os.path.join(folder, "bootstrap")
        if os.access(bootstrap, os.X_OK) and os.path.isfile(bootstrap):
            return [bootstrap]
    raise InvalidEntrypoint("Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]")


def variables(function, config, folders, runtime_api, log_stream, initialization_type):
    """The environment variables of a function: Lambda's own and the function's, nothing of this process.

    https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
    """
    code, *layers = folders
    reserved = {
        "_HANDLER": function.handler,
        "AWS_REGION": function.region,
        "AWS_DEFAULT_REGION": function.region,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.runtime}",
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_mb),
        "AWS_LAMBDA_FUNCTION_VERSION": function.version,
        "AWS_LAMBDA_INITIALIZATION_TYPE": initialization_type,
        "AWS_LAMBDA_LOG_GROUP_NAME": function.log_group,
        "AWS_LAMBDA_LOG_STREAM_NAME": log_stream,
        "AWS_LAMBDA_LOG_FORMAT": "JSON" if function.logs_json else "Text",
        "AWS_LAMBDA_RUNTIME_API": runtime_api,
        "LAMBDA_TASK_ROOT": code,
        "LAMBDA_RUNTIME_DIR": str(_HERE),
        **({"AWS_LAMBDA_LOG_LEVEL": function.application_log_level} if function.application_log_level else {}),
        **{key: value for key, value in lambda_runtime.execution_credentials(config).items() if value},
    }
    defaults = {key: value for key, value in _defaults(layers).items() if value}
    return {**defaults, **function.variables, **reserved}


def _defaults(layers):
    """Variables that a function may override."""
    port = os.environ.get("GATEWAY_PORT", "4566")
    return {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        # The machine's own AWS files must not reach the function.
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
        lambda_runtime.HOST_PREFIX_ENV: "true",
        "LANG": "C.UTF-8",
        "LD_LIBRARY_PATH": os.pathsep.join(os.path.join(layer, "lib") for layer in layers),
        "NODE_PATH": os.pathsep.join(os.path.join(layer, "nodejs", "node_modules") for layer in layers),
        "PATH": os.pathsep.join([*_PATH, *(os.path.join(layer, "bin") for layer in layers)]),
        "TZ": ":UTC",
        **certificates.variables(),
    }


def _python_packages():
    """A folder that holds the packages of Lambda's Python runtime and no others; made on first use."""
    global _packages_folder
    if _packages_folder is None:
        folder = tempfile.mkdtemp(prefix="slsx-python-packages-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        import awslambdaric

        installed = pathlib.Path(awslambdaric.__file__).resolve().parent.parent
        for pattern in _PYTHON_PACKAGES:
            for package in glob.glob(str(installed / pattern)):
                os.symlink(package, os.path.join(folder, os.path.basename(package)))
        _packages_folder = folder
    return _packages_folder


_packages_folder = None
