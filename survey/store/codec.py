"""Values of ours as JSON and back: dataclasses, enums, mappings, dates, arrays, data frames.

Nothing in a project file is pickled, so opening a stranger's file runs no code of his, and
any program can read what we kept. The type hints of the class that is asked for say how to
read it; fields the file does not have take their defaults, fields the class no longer has
are left out. What has no place in JSON is an object with one key that begins with ``$``.
"""

import ast
import base64
import inspect
import json
import math
import sys
import types
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")


class Undecodable(ValueError):
    """What is kept does not fit the class it is read as: another version wrote it."""


def to_text(value: object) -> str:
    """Return ``value`` as JSON text.

    Raises:
        TypeError: ``value`` holds something of a kind not listed above.
    """
    return json.dumps(encode(value), ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def from_text(text: str, kind: type[T]) -> T:
    """Return the value of type ``kind`` that ``text`` holds.

    Raises:
        Undecodable: it holds no such value.
    """
    try:
        return cast(T, decode(json.loads(text), kind))
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise Undecodable(f"no {kind!r}: {error}") from error


def encode(value: object) -> Any:
    """Return ``value`` as what the json module writes."""
    if isinstance(value, Enum):
        return encode(value.value)
    if value is None or isinstance(value, bool | int | str):
        return value if not isinstance(value, int) or isinstance(value, bool) else int(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else {"$float": str(float(value))}
    if is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: encode(getattr(value, field.name)) for field in fields(value) if field.init
        }
    if isinstance(value, Mapping):
        return _encode_mapping(value)
    if isinstance(value, tuple | list):
        return [encode(element) for element in value]
    if isinstance(value, set | frozenset):
        return [encode(element) for element in sorted(value, key=repr)]
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, bytes):
        return {"$bytes": base64.b64encode(value).decode("ascii")}
    return _encode_scientific(value)


def _encode_mapping(value: Mapping[Any, Any]) -> Any:
    if all(isinstance(key, str) and not key.startswith("$") for key in value):
        return {key: encode(element) for key, element in value.items()}
    return {"$pairs": [[encode(key), encode(element)] for key, element in value.items()]}


def _encode_scientific(value: object) -> Any:
    # Whoever holds such a value has imported the package; we never do it for him.
    pandas, numpy = sys.modules.get("pandas"), sys.modules.get("numpy")
    if pandas is not None:
        if isinstance(value, pandas.DataFrame):
            return {"$table": _encode_table(value)}
        if isinstance(value, pandas.Series):
            return {"$series": _encode_table(value.to_frame()), "name": encode(value.name)}
        if value is pandas.NaT or value is pandas.NA:
            return None
    if numpy is not None:
        if isinstance(value, numpy.generic):
            return encode(value.item())
        if isinstance(value, numpy.ndarray):
            return {
                "$array": _encode_array(value),
                "shape": list(value.shape),
                "dtype": value.dtype.str,
                **_order(value),
            }
    raise TypeError(f"cannot be kept in a project: {type(value).__qualname__}")


def _order(value: Any) -> dict[str, str]:
    """Say when an array lies column by column: sums over it round in another order."""
    is_by_column = value.flags.f_contiguous and not value.flags.c_contiguous
    return {"order": "F"} if is_by_column else {}


def _encode_array(value: Any) -> list[Any]:
    """Whole numbers and truth values are JSON as they are, however many."""
    values: list[Any] = value.ravel().tolist()
    return values if value.dtype.kind in "iub" else _encode_numbers(values)


def _encode_numbers(values: Sequence[Any]) -> list[Any]:
    """Return ``values`` with missing numbers as null: a column knows that it holds numbers."""
    return [
        None if isinstance(value, float) and math.isnan(value) else encode(value)
        for value in values
    ]


def _encode_table(table: Any) -> dict[str, Any]:
    return {
        "index": _encode_index(table.index),
        "columns": _encode_index(table.columns),
        "dtypes": [_dtype_name(dtype) for dtype in table.dtypes],
        "data": [_encode_column(table.iloc[:, place]) for place in range(table.shape[1])],
    }


def _dtype_name(dtype: Any) -> str:
    if dtype.name == "category":
        return "object"
    return "str" if dtype.name in {"string", "str"} else str(dtype.name)


def _encode_column(column: Any) -> list[Any]:
    cells = column.astype(object).where(column.notna(), None).tolist()
    return [
        {"$tuple": encode(cell)} if isinstance(cell, tuple) else value
        for cell, value in zip(cells, _encode_numbers(cells), strict=True)
    ]


def _encode_index(index: Any) -> dict[str, Any]:
    if index.nlevels > 1:
        labels = [[encode(part) for part in label] for label in index]
        return {"names": [encode(name) for name in index.names], "labels": labels}
    return {
        "names": [encode(index.name)],
        "labels": _encode_numbers(index.tolist()),
        "dtype": _dtype_name(index.dtype),
    }


def decode(data: Any, kind: Any) -> Any:
    """Return ``data``, as the json module reads it, as a value of type ``kind``.

    Raises:
        KeyError, TypeError, AttributeError, ValueError: it does not fit.
    """
    if kind is Any or kind is object:
        return _decode_untyped(data)
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _decode_union(data, get_args(kind))
    if origin is Literal:
        if data not in get_args(kind):
            raise ValueError(f"{data!r} is none of {get_args(kind)}")
        return data
    if origin in (tuple, list, set, frozenset) or (origin and issubclass(origin, Mapping)):
        return _decode_collection(data, origin, get_args(kind))
    if origin is not None:
        return _decode_untyped(data)  # an array of a certain number type
    if kind is type(None):
        if data is not None:
            raise TypeError(f"{data!r} is not None")
        return None
    return _decode_plain(data, kind)


def _decode_plain(data: Any, kind: Any) -> Any:
    if not isinstance(kind, type):
        raise TypeError(f"no rule for {kind!r}")
    if issubclass(kind, Enum):
        return kind(data)
    if kind is float:
        return _decode_float(data)
    if kind in (bool, int, str):
        if type(data) is not kind:
            raise TypeError(f"{data!r} is no {kind.__name__}")
        return data
    if issubclass(kind, datetime | date):
        return kind.fromisoformat(data)
    if issubclass(kind, Path):
        return Path(data)
    if kind is bytes:
        return base64.b64decode(data["$bytes"])
    if is_dataclass(kind):
        return _decode_dataclass(data, kind)
    if kind in (tuple, list, dict, set, frozenset, Mapping):
        return _decode_collection(data, kind, ())
    return _decode_untyped(data)  # arrays and data frames say themselves what they are


def _decode_float(data: Any) -> float:
    if isinstance(data, dict):
        return float(data["$float"])
    if isinstance(data, bool) or not isinstance(data, int | float):
        raise TypeError(f"{data!r} is no number")
    return data  # a whole number stays one: it is printed without decimals


def _decode_union(data: Any, kinds: tuple[Any, ...]) -> Any:
    if data is None and type(None) in kinds:
        return None
    reasons = []
    for kind in kinds:
        try:
            return decode(data, kind)
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            reasons.append(str(error))
    raise ValueError("; ".join(reasons))


def _decode_collection(data: Any, origin: Any, arguments: tuple[Any, ...]) -> Any:
    if isinstance(origin, type) and issubclass(origin, Mapping):
        key_kind, value_kind = arguments or (Any, Any)
        pairs = data["$pairs"] if set(data) == {"$pairs"} else data.items()
        return {decode(key, key_kind): decode(value, value_kind) for key, value in pairs}
    if not isinstance(data, list):
        raise TypeError(f"{data!r} is no list")
    if origin is tuple and arguments and arguments[-1] is not Ellipsis:
        if len(arguments) != len(data):
            raise ValueError(f"{len(data)} values for {len(arguments)} places")
        return tuple(decode(value, kind) for value, kind in zip(data, arguments, strict=True))
    kind = arguments[0] if arguments else Any
    values = [decode(value, kind) for value in data]
    if origin in (list, set, frozenset):
        return origin(values)
    return tuple(values)


@cache
def _type_checking_imports(module: str) -> Mapping[str, tuple[str, str]]:
    """Return what ``module`` imports for the type checker only: name to module and attribute."""
    source = inspect.getsource(sys.modules[module])
    found: dict[str, tuple[str, str]] = {}
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)):
            continue
        for statement in node.body:
            if isinstance(statement, ast.ImportFrom) and statement.module:
                for alias in statement.names:
                    found[alias.asname or alias.name] = (statement.module, alias.name)
            elif isinstance(statement, ast.Import):
                for alias in statement.names:
                    found[alias.asname or alias.name] = (alias.name, "")
    return found


@cache
def _imported_modules(module: str) -> tuple[str, ...]:
    """Return the modules that ``module`` takes names from."""
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    return tuple(
        node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module
    )


class _LateNames(dict[str, Any]):
    """Names that the hints of a class use and its module does not have.

    Those it imports for the type checker only, and those inside an alias written as a text
    (``Expression = "Number | Name"``) of a module it imports from.
    """

    def __init__(self, kind: type) -> None:
        super().__init__()
        self._modules = [base.__module__ for base in kind.__mro__ if base is not object]

    def __missing__(self, name: str) -> Any:
        for module in self._modules:
            if name in _type_checking_imports(module):
                source, attribute = _type_checking_imports(module)[name]
                imported = import_module(source)
                return getattr(imported, attribute) if attribute else imported
        for module in self._modules:
            for source in _imported_modules(module):
                if source in sys.modules and hasattr(sys.modules[source], name):
                    return getattr(sys.modules[source], name)
        raise KeyError(name)


def _decode_dataclass(data: Any, kind: Any) -> Any:
    if not isinstance(data, dict):
        raise TypeError(f"{data!r} is no {kind.__name__}")
    hints = get_type_hints(kind, localns=_LateNames(kind))
    values = {}
    for field in fields(kind):
        if not field.init:
            continue
        if field.name in data:
            values[field.name] = decode(data[field.name], hints[field.name])
        elif field.default is MISSING and field.default_factory is MISSING:
            raise KeyError(f"{kind.__name__}.{field.name}")
    return kind(**values)


def _decode_untyped(data: Any) -> Any:
    if isinstance(data, list):
        return [_decode_untyped(element) for element in data]
    if not isinstance(data, dict):
        return data
    if "$float" in data:
        return float(data["$float"])
    if "$bytes" in data:
        return base64.b64decode(data["$bytes"])
    if "$pairs" in data:
        return {
            _hashable(_decode_untyped(key)): _decode_untyped(value) for key, value in data["$pairs"]
        }
    if "$tuple" in data:
        return _hashable(_decode_untyped(data["$tuple"]))
    if "$array" in data:
        return _decode_array(data)
    if "$table" in data:
        return _decode_table(data["$table"])
    if "$series" in data:
        series = _decode_table(data["$series"]).iloc[:, 0]
        return series.rename(_hashable(_decode_untyped(data["name"])))
    return {key: _decode_untyped(value) for key, value in data.items()}


def _hashable(key: Any) -> Any:
    return tuple(_hashable(part) for part in key) if isinstance(key, list) else key


def _decode_array(data: dict[str, Any]) -> Any:
    import numpy as np

    values = [_decode_untyped(value) for value in data["$array"]]
    if np.dtype(data["dtype"]).kind == "f":
        values = [math.nan if value is None else value for value in values]
    array = np.array(values, dtype=data["dtype"]).reshape(data["shape"])
    return np.asarray(array, order=data.get("order", "C"))


def _decode_table(data: dict[str, Any]) -> Any:
    import pandas as pd

    index, columns = _decode_index(data["index"]), _decode_index(data["columns"])
    series = {
        place: pd.Series(
            [_decode_untyped(value) for value in values], dtype="object", index=index
        ).astype(dtype)
        for place, (values, dtype) in enumerate(zip(data["data"], data["dtypes"], strict=True))
    }
    table = pd.DataFrame(series, index=index)
    table.columns = columns
    return table


def _decode_index(data: dict[str, Any]) -> Any:
    import pandas as pd

    names = [_decode_untyped(name) for name in data["names"]]
    labels = [_hashable(_decode_untyped(label)) for label in data["labels"]]
    if len(names) > 1:
        return pd.MultiIndex.from_tuples(labels, names=names)
    return pd.Index(labels, dtype=data["dtype"], name=names[0])
