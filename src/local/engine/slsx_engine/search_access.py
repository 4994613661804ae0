"""Who may call a domain's endpoint: the signature, the caller's policies and the domain's own; it forwards nothing.

AWS: a signed request needs `es:ESHttpGet` (Put, Post, …) on the domain's ARN with the path, in the policies of the
caller or in the domain's AccessPolicies; an unsigned one needs AccessPolicies that allow everybody.
https://docs.aws.amazon.com/opensearch-service/latest/developerguide/ac.html
Stock: asks nobody.
"""

import contextvars
import re
import urllib.parse

from ministack import app
from ministack.core import iam_evaluator, responses, router
from ministack.services import opensearch

from . import anchors, authorization

_SCOPE = re.compile(r"Credential=[^/]+/\d+/[^/]+/([^/]+)/")


def apply():
    """Let IAM find the policy of a domain, and check what this file uses."""
    for name in ("enforce", "pin_signed_request", "pin_signed_body", "_RESOURCE_POLICY_LOOKUPS"):
        anchors.require(iam_evaluator, name)
    anchors.require(app, "_request_account_scope")
    opensearch.domain_policy_for_arn = domain_policy
    iam_evaluator._RESOURCE_POLICY_LOOKUPS["es"] = ("opensearch", "domain_policy_for_arn")


def domain_policy(arn):
    """AccessPolicies and owner of the domain that an ARN with or without a path names."""
    _, _, _, region, account, resource = arn.split(":", 5)
    name = resource.split("/")[1] if resource.startswith("domain/") else ""
    record = opensearch._domains.get_scoped(account, region, name)
    return (record.get("AccessPolicies") or "", account) if record else None


def refusal(domain_arn, method, target, headers, body):
    """Why a request is refused, as the JSON that AWS answers with status 403; None for one that is allowed.

    `headers` are pairs of bytes, as they were received.
    """
    if not authorization.is_enforced():
        return None
    return contextvars.Context().run(_refusal, domain_arn, method, target, headers, body)


def _refusal(domain_arn, method, target, headers, body):
    path, _, query = target.partition("?")
    parameters = urllib.parse.parse_qs(query, keep_blank_values=True)
    names = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in headers}
    action, resource = f"es:ESHttp{method.capitalize()}", domain_arn + urllib.parse.unquote(path)
    region, account = domain_arn.split(":")[3:5]
    responses.set_request_region(region)
    key = router.extract_access_key_id(names, parameters)
    if not key:
        return _refusal_of_anyone(action, resource, region, account)
    scope = _SCOPE.search(names.get("authorization", ""))
    if scope and scope[1] != "es":
        return {"message": "Credential should be scoped to correct service: 'es'. "}
    responses.set_request_account_id(app._request_account_scope(key))
    iam_evaluator.pin_signed_request(method, path, parameters, headers)
    iam_evaluator.pin_signed_body(body)
    denied = iam_evaluator.enforce(key, action, "es", region, resource_arn=resource)
    if denied is None:
        return None
    if isinstance(denied, iam_evaluator.AuthError):
        return {"message": denied.message}
    kind = "resource" if denied.resource_policy_arn else "identity"
    return {"Message": f"User: {denied.principal_arn} is not authorized to perform: {action} "
                       + (f"with an explicit deny in a {kind}-based policy" if denied.decision == "Deny" else
                          f"because no identity-based policy allows the {action} action")}


def _refusal_of_anyone(action, resource, region, account):
    context = iam_evaluator.EvalContext(
        principal_arn="anonymous", principal_type="Anonymous", principal_account="", action=action,
        resource_arn=resource, region=region)
    policy, _owner = domain_policy(resource) or ("", account)
    decision = iam_evaluator.evaluate_resource_policy(policy, context).decision
    if decision == "Allow":
        return None
    reason = ("with an explicit deny in a resource-based policy" if decision == "Deny" else
              f"because no resource-based policy allows the {action} action")
    return {"Message": f"User: anonymous is not authorized to perform: {action} {reason}"}
