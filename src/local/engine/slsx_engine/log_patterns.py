"""Filter patterns of CloudWatch Logs.

AWS: a pattern is terms (all must occur, `?` before each means any, `-` that it must not, `%` around it a regular
expression; case matters) or a JSON pattern (`{ $.level = "ERROR" && $.order > 7 }`), which only JSON events fit.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
Stock: every event fits every JSON pattern, and terms are compared without regard to case, quotes or `?`.
Not modelled: patterns for space-delimited events (`[a, b]`), which are refused.
"""

import fnmatch
import json
import re

from ministack.core.responses import error_response_json
from ministack.services import cloudwatch_logs

from . import anchors

_TOKEN = re.compile(r"""
    \s*(?: (?P<string>"(?:[^"\\]|\\.)*") | (?P<regex>%[^%]+%) | (?P<sign>&&|\|\||!=|<=|>=|[=<>(){}])
         | (?P<path>\$(?:\.[\w*-]+|\[\d+\]|\."[^"]+")*) | (?P<word>[^\s(){}=<>!&|"]+) )""", re.VERBOSE)
_TERM = re.compile(r'(?P<mark>[?-]?)(?P<text>"(?:[^"\\]|\\.)*"|%[^%]+%|\S+)')
_STEP = re.compile(r'\.([\w*-]+)|\[(\d+)\]|\."([^"]+)"')


class InvalidPattern(ValueError):
    """What AWS answers InvalidParameterException to."""


def apply():
    """Put the correction of this file in place."""
    anchors.require(cloudwatch_logs, "_filter_log_events")
    anchors.replace(cloudwatch_logs, "_compile_filter_pattern", lambda _: compiled)
    anchors.replace(cloudwatch_logs, "_filter_log_events", _refusing)


def _refusing(stock):
    """Refuse a pattern before the log is looked at. Stock: has none that is refused."""
    def filter_log_events(data):
        try:
            compiled(data.get("filterPattern", ""))
        except InvalidPattern as error:
            return error_response_json("InvalidParameterException", f"Invalid filter pattern: {error}", 400)
        return stock(data)
    return filter_log_events


def compiled(pattern):
    """Return what tells whether a message fits the pattern."""
    pattern = (pattern or "").strip()
    if pattern.startswith("{"):
        condition = _Condition(pattern).read()
        return lambda message: _fits_json(condition, message)
    if pattern.startswith("["):
        raise InvalidPattern("patterns for space-delimited events are not modelled here")
    return _terms(pattern)


def _terms(pattern):
    wanted, any_of, unwanted = [], [], []
    for found in _TERM.finditer(pattern):
        kind = {"": wanted, "?": any_of, "-": unwanted}[found["mark"]]
        kind.append(_term(found["text"]))
    def fits(message):
        return (all(term(message) for term in wanted) and not any(term(message) for term in unwanted)
                # Beside terms that are wanted, those with `?` count for nothing.
                and (not any_of or bool(wanted) or any(term(message) for term in any_of)))
    return fits


def _term(text):
    if text.startswith("%") and text.endswith("%") and len(text) > 2:
        expression = _expression(text)
        return lambda message: expression.search(message) is not None
    plain = _unquoted(text)
    return lambda message: plain in message


def _expression(text):
    try:
        return re.compile(text[1:-1])
    except re.error as error:
        raise InvalidPattern(str(error)) from None


def _unquoted(text):
    return re.sub(r"\\(.)", r"\1", text[1:-1]) if text.startswith('"') and len(text) > 1 else text


def _fits_json(condition, message):
    try:
        event = json.loads(message)
    except ValueError:
        return False
    return isinstance(event, dict) and condition(event)


class _Condition:
    """Reads a JSON pattern by recursive descent: `||` binds less than `&&`."""

    def __init__(self, pattern):
        self._tokens, position = [], 0
        text = pattern.rstrip()
        while position < len(text):
            found = _TOKEN.match(text, position)
            if not found or found.end() == position:
                raise InvalidPattern(f"unexpected character at position {position}")
            self._tokens.append((found.lastgroup, found[found.lastgroup]))
            position = found.end()

    def read(self):
        self._expect("{")
        condition = self._alternatives()
        self._expect("}")
        if self._tokens:
            raise InvalidPattern("something follows the closing brace")
        return condition

    def _alternatives(self):
        conditions = self._list("||", self._conjunction)
        return lambda event: any(condition(event) for condition in conditions)

    def _conjunction(self):
        conditions = self._list("&&", self._one)
        return lambda event: all(condition(event) for condition in conditions)

    def _list(self, sign, read):
        found = [read()]
        while self._peek() == ("sign", sign):
            self._next()
            found.append(read())
        return found

    def _one(self):
        if self._peek() == ("sign", "("):
            self._next()
            condition = self._alternatives()
            self._expect(")")
            return condition
        kind, path = self._next()
        if kind != "path":
            raise InvalidPattern(f"a selector such as $.level is expected, not {path}")
        return self._test(_steps(path))

    def _test(self, steps):
        kind, word = self._next()
        if kind == "word":
            return self._state(steps, word.upper())
        if kind != "sign" or word not in _COMPARED:
            raise InvalidPattern(f"a comparison is expected, not {word}")
        fits = _value(*self._next(), word)
        return lambda event: any(fits(value) for value in _select(event, steps))

    def _state(self, steps, word):
        if word == "EXISTS":
            return lambda event: bool(_select(event, steps))
        _, second = self._next()
        states = {
            ("NOT", "EXISTS"): lambda event: not _select(event, steps),
            ("IS", "NULL"): lambda event: any(value is None for value in _select(event, steps)),
            ("IS", "TRUE"): lambda event: any(value is True for value in _select(event, steps)),
            ("IS", "FALSE"): lambda event: any(value is False for value in _select(event, steps)),
        }
        try:
            return states[word, second.upper()]
        except KeyError:
            raise InvalidPattern(f"unknown test {word} {second}") from None

    def _peek(self):
        return self._tokens[0] if self._tokens else (None, "the end")

    def _next(self):
        if not self._tokens:
            raise InvalidPattern("it ends too early")
        return self._tokens.pop(0)

    def _expect(self, sign):
        if self._peek() != ("sign", sign):
            raise InvalidPattern(f"{sign} is expected, not {self._peek()[1]}")
        self._next()


_COMPARED = {
    "=": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


def _value(kind, text, sign):
    """Return what tells whether a value of an event fits: numbers as numbers, anything else as text with `*`."""
    number = _number(text) if kind == "word" else None
    if number is not None:
        return lambda value: _is_number(value) and _COMPARED[sign](value, number)
    if sign not in ("=", "!="):
        raise InvalidPattern(f"{sign} compares numbers, not {text}")
    if kind == "regex":
        expression = _expression(text)
        return lambda value: (expression.search(_text(value)) is not None) == (sign == "=")
    if kind not in ("string", "word"):
        raise InvalidPattern(f"a value is expected, not {text}")
    wanted = re.sub(r"([\[?])", r"[\1]", _unquoted(text))
    return lambda value: fnmatch.fnmatchcase(_text(value), wanted) == (sign == "=")


def _number(text):
    try:
        return float(text)
    except ValueError:
        return None


def _is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _text(value):
    return value if isinstance(value, str) else json.dumps(value)


def _steps(path):
    return [int(index) if index else name or quoted for name, index, quoted in _STEP.findall(path)]


def _select(event, steps):
    found = [event]
    for step in steps:
        found = [value for parent in found for value in _children(parent, step)]
    return found


def _children(parent, step):
    if step == "*":
        return list(parent.values()) if isinstance(parent, dict) else list(parent) if isinstance(parent, list) else []
    if isinstance(step, int):
        return [parent[step]] if isinstance(parent, list) and step < len(parent) else []
    return [parent[step]] if isinstance(parent, dict) and step in parent else []
