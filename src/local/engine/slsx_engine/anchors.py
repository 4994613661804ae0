"""Replaces functions of MiniStack by name; a name that is gone stops the start instead of being skipped."""

import functools
import sys


class MissingAnchor(RuntimeError):
    """MiniStack has no attribute where a correction expects one."""


def require(owner, name):
    """Return `owner.name`, or say which anchor is missing."""
    try:
        return getattr(owner, name)
    except AttributeError:
        place = getattr(owner, "__name__", repr(owner))
        raise MissingAnchor(f"{place}.{name}") from None


def require_handler(handlers, resource_type, verb):
    """Return the function that creates, updates or deletes a CloudFormation resource type."""
    try:
        return handlers[resource_type][verb]
    except KeyError:
        raise MissingAnchor(f"the CloudFormation handler {resource_type}.{verb}") from None


def replace(module, name, make):
    """Put `make(original)` wherever a module of MiniStack refers to `module.name`.

    Modules that did `from x import name` hold their own reference, so every loaded one is searched.
    """
    original = require(module, name)
    replacement = functools.wraps(original)(make(original))
    for loaded in list(sys.modules.values()):
        if getattr(loaded, "__name__", "").startswith("ministack"):
            for attribute, value in list(vars(loaded).items()):
                if value is original:
                    setattr(loaded, attribute, replacement)


def replace_handler(handlers, resource_type, verb, make):
    """Put `make(original)` in the CloudFormation handler table."""
    original = require_handler(handlers, resource_type, verb)
    handlers[resource_type] = {**handlers[resource_type], verb: functools.wraps(original)(make(original))}
