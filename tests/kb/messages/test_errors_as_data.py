"""Errors that a person sees are kinds with values, and both tables of messages have words for them."""

from __future__ import annotations

import ast
import inspect
import pickle
import re
import string
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kb import errors
from kb.catalog.crosswalk import load_edges
from kb.catalog.editions import check_date
from kb.catalog.given_names import load_given_names
from kb.crosswalks import Crosswalks
from kb.errors import AmbiguousReference, EncoderError, KBError
from kb.messages import COMPUTED, LANGUAGES, error_words, message_table, words
from kb.models.e5_conversion import parse_model
from kb.models.encoder import encoder_folder
from kb.models.openai_chat import OpenAIGenerator
from kb.types import notice, notice_from_json, notice_to_json
from kb.wording import SEPARATORS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(errors.__file__).parents[1]
PLACES = ["app", "kb", "ingest"]
ERRORS = {name for name, found in inspect.getmembers(errors, inspect.isclass) if issubclass(found, KBError)}


def modules() -> Iterator[tuple[str, ast.Module]]:
    for name in PLACES:
        place = ROOT / name
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            yield str(path.relative_to(ROOT)), ast.parse(path.read_text("utf-8"))


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Every call of a module, with the last name of what is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func).rpartition(".")[2], node


def errors_of_prose(tree: ast.Module) -> list[int]:
    """The lines where an error is made of a text, also by way of a name or a function of the module."""
    made_of: dict[str, list[ast.expr]] = defaultdict(list)
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                made_of[ast.unparse(target)].append(node.value)
        elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)) and node.value is not None:
            made_of[ast.unparse(node.target)].append(node.value)
        elif isinstance(node, ast.FunctionDef):
            returned = [each.value for each in ast.walk(node) if isinstance(each, ast.Return) and each.value]
            made_of[f"{node.name}()"] += returned

    def is_prose(made: ast.expr, seen: frozenset[str]) -> bool:
        if isinstance(made, ast.Constant):
            return isinstance(made.value, str)
        if isinstance(made, ast.JoinedStr):
            return True
        if isinstance(made, ast.BinOp):
            return is_prose(made.left, seen) or is_prose(made.right, seen)
        if isinstance(made, ast.IfExp):
            return is_prose(made.body, seen) or is_prose(made.orelse, seen)
        if isinstance(made, ast.BoolOp):
            return any(is_prose(each, seen) for each in made.values)
        name = ast.unparse(made)
        if isinstance(made, ast.Call):
            name = ast.unparse(made.func).removeprefix("self.")
            if name in {"str", "repr", "message", "words"} or name.endswith((".format", ".join")):
                return True
            name += "()"
        return name not in seen and any(is_prose(each, seen | {name}) for each in made_of[name])

    made = [node for name, node in calls(tree) if name in ERRORS and node.args]
    return sorted(node.lineno for node in made if is_prose(node.args[0], frozenset()))


@pytest.mark.parametrize(
    "line",
    [
        "raise ConfigError('no such file')",
        "raise errors.KBError(f'{path}: no such file')",
        "raise ConfigError(path + ' is gone') from None",
        "raise ConfigError(notice('gone') if path else 'gone')",
        "raise EncoderError('{} is gone'.format(path))",
        "raise EncoderError(str(error))",
        "why = f'{path} is gone'\nraise EncoderError(why)",
        "def why(path):\n    return f'{path} is gone'\ndef f():\n    raise EncoderError(why(path))",
        "class A:\n    def why(self):\n        return 'gone'\n    def f(self):\n        raise EncoderError(self.why())",
        "class A:\n    def f(self):\n        self._problem = 'gone'\n        raise EncoderError(self._problem)",
    ],
)
def test_an_error_of_prose_is_found(line: str) -> None:
    assert len(errors_of_prose(ast.parse(line))) == 1


def test_no_error_here_is_prose() -> None:
    trees = dict(modules())
    assert len(trees) > 300
    made = sum(name in ERRORS for tree in trees.values() for name, _ in calls(tree))
    assert made > 250  # the errors are looked at at all
    assert [f"{path}:{line}" for path, tree in trees.items() for line in errors_of_prose(tree)] == []


def test_each_kind_has_words_in_both_tables_and_gets_the_values_that_they_take() -> None:
    seen = 0
    for path, tree in modules():
        for name, node in calls(tree):
            if name not in {"notice", "Misuse"} or not node.args or not isinstance(node.args[0], ast.Constant):
                continue
            kind = str(node.args[0].value)
            if kind in {*SEPARATORS, *COMPUTED}:
                continue
            given = {each.arg for each in node.keywords}
            assert not given & {"lang", "key"}, f"{path}:{node.lineno}: a name that `message` takes for itself"
            for lang in LANGUAGES:
                assert kind in message_table(lang), f"{path}:{node.lineno}: {kind}, {lang}"
                wanted = {field for _, field, _, _ in string.Formatter().parse(message_table(lang)[kind]) if field}
                assert None in given or wanted <= given, f"{path}:{node.lineno}: {kind}, {lang}"
            seen += 1
    assert seen > 500


def without_names(text: str) -> str:
    """Words without commands, options, settings, quoted values and paths."""
    return re.sub(r"`[^`]*`|'[^']*'|--[a-z-]+|minilm|KB_[A-Z_]+|[\w.…/-]*[./\d][\w.…/-]*", " ", text)


def raised(by: Callable[[], object]) -> KBError:
    with pytest.raises(KBError) as found:
        by()
    return found.value


@pytest.mark.parametrize(
    ("by", "english", "korean"),
    [
        (lambda: encoder_folder("none/such"), "encoder 'none/such': neither a known short name", "알려진 짧은 이름"),
        (lambda: encoder_folder("e5"), "encoder 'e5': is converted once and needs a cache folder", "캐시 폴더"),
        (lambda: parse_model(b"E5S1", "e5.bin"), "e5.bin: 4 bytes wanted, 0 left (byte 4); the file is", "손상"),
        (
            lambda: list(OpenAIGenerator("http://a.b", "").generate("", "")),
            "has no name: set KB_LLM_MODEL",
            "이름이 없",
        ),
        (lambda: load_given_names("[[name]]\ndoc = 'a'"), "names.toml, line 2: unknown key 'doc'.", "2행: 없는 항목"),
        (lambda: load_edges("x = 1", None, None, "own.toml"), "own.toml, line 1: no [[edge]] table", "1행: `[[edge]]`"),
        (
            lambda: check_date("tomorrow"),
            "'tomorrow' is no date; write it as YYYY-MM-DD",
            "날짜가 아닙니다: 'tomorrow'",
        ),
    ],
)
def test_an_error_keeps_its_words_in_both_languages_wherever_it_travels(
    by: Callable[[], object], english: str, korean: str
) -> None:
    error = raised(by)
    assert str(error).startswith(english)
    said = error_words(error, "ko")
    assert korean in said and not re.search("[A-Za-z]{2,}", without_names(said)), said
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error) and (str(again), error_words(again, "ko")) == (str(error), said)
    assert words(notice_from_json(notice_to_json(error.as_notice)), "ko") == said


def test_a_choice_and_what_was_not_found_are_worded_in_korean(tmp_path: Path) -> None:
    walks = Crosswalks(tmp_path)
    nothing = raised(lambda: walks.unit("UNESCO para 999"))
    assert str(nothing).startswith("'UNESCO para 999': ")
    assert error_words(nothing, "ko").startswith("참조 'UNESCO para 999': ")
    assert re.search("[가-힣]", error_words(nothing, "ko").partition(": ")[2])
    choice = AmbiguousReference(notice("reference leaves choice", reference="1", names="A; B"), ("a", "b"))
    assert (str(choice), error_words(choice, "ko")) == ("'1': which one? A; B", "'1': 어느 것인가요? A; B")


def test_what_is_said_of_weights_is_worded_in_korean() -> None:
    error = EncoderError(
        notice(
            "encoder other weights",
            name="e5", found="0" * 12, expected="1" * 12, advice=notice("encoder convert anew", folder="/cache/e5"),
        )
    )  # fmt: skip
    assert str(error) == (
        "encoder 'e5': its weights have SHA-256 000000000000…, not 111111111111…; "
        "delete the folder /cache/e5, and it is converted anew"
    )
    assert "폴더를 지우면 다시 변환합니다: /cache/e5" in error_words(error, "ko")
