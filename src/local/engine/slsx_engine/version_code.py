"""The package of a version.

AWS: GetFunction with a qualifier tells where the package of that version is.
https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html
Stock: tells where the package of $LATEST is.
"""

import json

from ministack.services import lambda_svc

from . import anchors


def apply():
    """Put the corrections of this file in place."""
    for name in ("_functions", "_effective_func_record_for_qualifier"):
        anchors.require(lambda_svc, name)
    anchors.replace(lambda_svc, "_get_function", name_the_version)
    anchors.replace(lambda_svc, "serve_function_code", serve_the_version)


def name_the_version(stock):
    """Put the version into the location, after the function's name."""
    def get_function(name, qualifier=None):
        status, headers, body = stock(name, qualifier)
        answer = json.loads(body) if status == 200 else {}
        location = (answer.get("Code") or {}).get("Location")
        version = (answer.get("Configuration") or {}).get("Version", "$LATEST")
        if not location or version == "$LATEST":
            return status, headers, body
        address, separator, query = location.partition("?")
        answer["Code"]["Location"] = f"{address}:{version}{separator}{query}"
        return status, headers, json.dumps(answer, ensure_ascii=False).encode()
    return get_function


def serve_the_version(stock):
    """Answer with the package of the version that the location names."""
    def serve(func_name, account_id=None, region=None):
        name, _, version = func_name.partition(":")
        if not version or not account_id or not region:
            return stock(func_name, account_id=account_id, region=region)
        function = lambda_svc._functions.get_scoped(account_id, region, name)
        record, _ = lambda_svc._effective_func_record_for_qualifier(function, version)
        if not record:
            return 404, {"Content-Type": "text/plain"}, b"Function not found"
        return 200, {"Content-Type": "application/zip"}, record.get("code_zip") or b""
    return serve
