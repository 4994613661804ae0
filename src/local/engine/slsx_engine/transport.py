"""Loopback counts as a secure transport.

AWS: its endpoints are reached over TLS, so a policy that denies `aws:SecureTransport: false` denies nobody who uses
the SDK. https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html
Stock: local AWS speaks plain HTTP, so every bucket with that policy, which AWS recommends, is closed to all roles.
"""

from ministack.core import iam_evaluator

from . import anchors


def apply():
    """Answer the one condition key."""
    anchors.replace(iam_evaluator, "_resolve_condition_key", loopback_is_secure)


def loopback_is_secure(stock):
    """Requests never leave the machine: what TLS protects from cannot happen. Stock: see above."""
    def resolve(key, context):
        if key.lower() == "aws:securetransport":
            return "true"
        return stock(key, context)
    return resolve
