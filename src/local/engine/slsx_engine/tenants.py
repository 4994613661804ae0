"""Functions that isolate their tenants.

AWS: a function with TenancyConfig PER_TENANT is invoked with a tenant id, and an execution environment serves one tenant
only. https://docs.aws.amazon.com/lambda/latest/dg/tenant-isolation.html
Stock: keeps the setting and shares environments.
"""

import contextvars
import hashlib

from ministack.core import lambda_runtime
from ministack.core.responses import error_response_json
from ministack.services import lambda_svc
from ministack.services.cloudformation import provisioners

from . import anchors

_HEADER = "x-amz-tenant-id"

# The tenant whose invocation this context runs.
current = contextvars.ContextVar("slsx_tenant", default=None)


def apply():
    """Put the corrections of this file in place."""
    anchors.require(lambda_svc, "_functions")
    anchors.require(lambda_runtime, "_workers")
    anchors.replace(lambda_svc, "_invoke", ask_for_a_tenant)
    anchors.replace(lambda_runtime, "invalidate_worker", end_environments_of_all_tenants)
    handlers = anchors.require(provisioners, "_RESOURCE_HANDLERS")
    anchors.replace_handler(handlers, "AWS::Lambda::Function", "create", keep_isolation)


def pool_of(version):
    """Name the environments that may serve this invocation."""
    tenant = current.get()
    return version if tenant is None else f"{version}@{hashlib.sha256(tenant.encode()).hexdigest()}"


def ask_for_a_tenant(stock):
    """Refuse an invocation that should name a tenant and does not, or names one that is none."""
    async def invoke(name, event, headers, *arguments, **options):
        config = (lambda_svc._functions.get(name) or {}).get("config") or {}
        tenant = next((value for header, value in headers.items() if header.lower() == _HEADER), None)
        if config.get("TenancyConfig") and not tenant:
            return error_response_json(
                "InvalidParameterValueException", "The invoked function is enabled with tenancy configuration. "
                "Add a valid tenant ID in your request and try again.", 400)
        if tenant and not config.get("TenancyConfig"):
            return error_response_json(
                "InvalidParameterValueException", "The invoked function is not enabled with tenancy configuration. "
                "Remove the tenant ID from your request and try again.", 400)
        current.set(tenant)
        return await stock(name, event, headers, *arguments, **options)
    return invoke


def keep_isolation(stock):
    """CloudFormation takes TenancyConfig too. Stock: drops it."""
    def create(logical_id, props, stack_name):
        result = stock(logical_id, props, stack_name)
        if props.get("TenancyConfig"):
            lambda_svc._functions[result[0]]["config"]["TenancyConfig"] = props["TenancyConfig"]
        return result
    return create


def end_environments_of_all_tenants(stock):
    """A version that ends, ends for every tenant."""
    def invalidate(func_name, qualifier=None, account=None, region=None):
        if qualifier is not None:
            pools = {key.rsplit(":", 1)[-1] for key in list(lambda_runtime._workers)}
            for pool in pools:
                if pool.startswith(f"{qualifier}@"):
                    stock(func_name, pool, account, region)
        return stock(func_name, qualifier, account, region)
    return invalidate
