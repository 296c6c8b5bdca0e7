"""Answers, searches, look-ups and a citation list of the small library, compared with what they were when recorded.

``UPDATE_GOLDEN=1`` records them anew. The stand-in encoder is used, so this says that nothing changed, not that the
answers are good. Index ids and days are masked; scores are compared to four digits.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kb.errors import KBError
from kb.export.citations import answer_dict, to_csv, to_json
from kb.messages import language, words
from kb.types import SearchFilter

if TYPE_CHECKING:
    from kb.knowledge_base import KnowledgeBase

# --- the only calls of the product in this file


def answer(base: KnowledgeBase, question: str, filters: dict[str, Any], history: tuple[str, ...]) -> dict[str, Any]:
    return answer_dict(base.ask(question, SearchFilter(**filters), history=history))


def search(base: KnowledgeBase, query: str, k: int) -> list[tuple[str, float, str]]:
    found = base.search(query, k)
    return [(each.passage.passage_id, each.hit.score, each.hit.retriever) for each in found]


def look_up(base: KnowledgeBase, text: str) -> list[dict[str, Any]]:
    return [
        {
            "units": [view.unit.unit_id for view in each.units],
            "choices": each.choices,
            "near": each.near,
            "message": words(each.notice, language(text)) if each.notice else "",
        }
        for each in base.look_up(text)
    ]


def citations(base: KnowledgeBase, text: str) -> dict[str, Any]:
    made = base.cite(text)
    masked = [
        replace(c, index_id=MASK, retrieved=MASK, score=round(c.score, DIGITS), title=fingerprint(c.title))
        for c in made.citations
    ]
    faults = [words(each, "en") for each in made.faults]
    return {"csv": to_csv(masked).split("\r\n"), "json": json.loads(to_json(masked)), "faults": faults}


def fingerprint(text: str) -> str:
    """Stands for the words of a publication, its title among them, which do not go into the golden files."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


# --- what is asked

DATA = Path(__file__).parents[1] / "data"
GOLDEN = DATA / "golden"
MASK = "(masked)"
MASKED = {"index_id", "retrieved"}
DIGITS = 4


@dataclass(frozen=True)
class Case:
    """A question, what is searched for it, and the questions before it."""

    question: str
    filters: dict[str, Any]
    history: tuple[str, ...] = ()


def case(question: str, *history: str, **filters: Any) -> Case:
    return Case(question, filters, history)


CASES = {
    "en provision": case("Which article of the AI Act prohibits social scoring?"),
    "en provision of UNESCO": case("Where does UNESCO ask for an ethical impact assessment of AI systems?"),
    "en definition": case("How does the OECD define an AI system?"),
    "en two publications": case("Compare what the OECD and UNESCO say about transparency and explainability."),
    "en two editions": case("What changed on accountability between the OECD Recommendation of 2019 and that of 2024?"),
    "en superseded edition": case(
        "What does the OECD Recommendation of 2019 ask for on robustness, security and safety?"
    ),
    "en follow-up, other publisher": case("And NIST?", "What does UNESCO say about human oversight?"),
    "en follow-up, pronoun": case(
        "Who does it apply to?",
        "Which article of the AI Act is about human oversight?",
        "When does the AI Act require a fundamental rights impact assessment?",
    ),
    "en reference": case("OECD 1.4(b)"),
    "en reference of one edition": case("OECD 1.4(b) (2019)"),
    "en reference that is not there": case("UNESCO para 999"),
    "en no answer": case("How many moons does Jupiter have?"),
    "en unknown law": case("What does Article 12 of the Brazilian Marine Drones Act require of pilots?"),
    "en empty": case("   "),
    "en publisher": case("What is said about fairness and bias?", publishers=("NIST",)),
    "en document": case("What is said about transparency?", doc_ids=("register-unesco",)),
    "en no register": case("Who writes down when each harbour lamp was lit?", include_register=False),
    "en day": case("What does the OECD ask for on traceability?", as_of="2020-06-30"),
    "en force": case("What must be done about training beside a robot?", forces=("shall",)),
    "en made paper": case("How long are ledgers kept after the robot has left the orchard?"),
    "ko provision": case("AI법에서 사회적 점수 매기기를 금지하는 조항은 무엇인가요?"),
    "ko provision of UNESCO": case("유네스코 권고에서 성평등을 다루는 정책 영역은 어디인가요?"),
    "ko definition": case("OECD는 인공지능 시스템을 어떻게 정의하나요?"),
    "ko two publications": case("OECD와 유네스코는 책임성에 대해 각각 무엇이라고 하나요?"),
    "ko two editions": case("OECD 권고 2019년판과 2024년판은 안전성에서 어떻게 다른가요?"),
    "ko superseded edition": case("OECD 권고 2019년판은 투명성에 대해 무엇을 요구하나요?"),
    "ko follow-up, other publisher": case("그럼 유네스코는요?", "OECD는 인간 중심 가치에 대해 무엇이라고 하나요?"),
    "ko follow-up, pronoun": case("그것은 누가 해야 하나요?", "AI법은 기본권 영향평가를 언제 요구하나요?"),
    "ko reference": case("유네스코 제37항"),
    "ko reference of a law": case("인공지능법 제14조 제4항"),
    "ko several references": case("OECD 1.3과 유네스코 제26항"),
    "ko no answer": case("장미 가지치기는 언제 하나요?"),
    "ko unknown law": case("화성 이주 로봇법 제7조는 무엇을 요구하나요?"),
    "ko typos": case("유네스코는 투명셩과 설명가능셩을 어떡해 요구하나여?"),
    "ko typos in a name": case("오이시디 권고의 책임셩 원칙은 무었인가요"),
    "ko publisher": case("편향을 어떻게 다루나요?", publishers=("NIST",)),
    "ko document that is not held": case("개인정보 보호에 대해 무엇이라고 하나요?", doc_ids=("unesco-ai-ethics-2021",)),
    "ko day": case("OECD는 추적 가능성에 대해 무엇을 요구하나요?", as_of="2020-06-30"),
    "ko force": case("인간의 감독에 대해 꼭 지켜야 하는 것은 무엇인가요?", forces=("shall",)),
    "ko made paper": case("과수원 로봇의 장부는 몇 년 동안 보관하나요?"),
}

SEARCHES = (
    "en provision",
    "en provision of UNESCO",
    "en two publications",
    "en superseded edition",
    "en no answer",
    "en made paper",
    "ko provision",
    "ko definition",
    "ko two publications",
    "ko typos",
)

LINES = """# references and questions of a made report
OECD 1.3
OECD 1.4(b)
OECD 1.4(b) (2019)
UNESCO para 37
유네스코 제26항
UNESCO paragraphs 36 and 42

AI Act Article 14(4)
인공지능법 제5조
AI Act Article 999
NIST GOVERN 1.1
NIST MEASURE 2.11
EAD1e principle 5
IEEE 7001
IEEE 2857
Concern with liability
1.3
# and questions
How long are ledgers kept after the robot has left the orchard?
Who writes down when each harbour lamp was lit?
Which article of the AI Act prohibits social scoring?
OECD는 인공지능 시스템을 어떻게 정의하나요?
How many moons does Jupiter have?
UNESCO para 37; OECD 1.3
오이시디 1.5
Human oversight
Article 14(2) and 15(1)
"""


def references() -> list[str]:
    """The texts of the table of references, in its order."""
    lines = (DATA / "references.tsv").read_text("utf-8").splitlines()
    return [line.split("\t")[0] for line in lines if line.strip() and not line.startswith("#")]


# --- recording and comparing


def plain(value: Any) -> Any:
    """Data as JSON gives it back: masked, numbers rounded, no tuples."""
    if isinstance(value, dict):
        return {key: MASK if key in MASKED and value[key] else plain(value[key]) for key in value}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    return round(value, DIGITS) if isinstance(value, float) else value


def differences(old: Any, new: Any, where: str = "") -> list[str]:
    """Each place where two pieces of data differ, with both values."""
    if isinstance(old, dict) and isinstance(new, dict):
        keys = sorted(old.keys() | new.keys())
        return [d for key in keys for d in differences(old.get(key), new.get(key), f"{where}.{key}")]
    if isinstance(old, list) and isinstance(new, list):
        told = [] if len(old) == len(new) else [f"{where}: {len(old)} recorded, {len(new)} now"]
        pairs = zip(old, new, strict=False)
        return told + [d for n, (a, b) in enumerate(pairs) for d in differences(a, b, f"{where}[{n}]")]
    if isinstance(old, float) and isinstance(new, (int, float)) and math.isclose(old, new, rel_tol=0, abs_tol=2e-4):
        return []
    return [] if old == new else [f"{where}: recorded {old!r:.300}, now {new!r:.300}"]


def compare(name: str, made: dict[str, Any]) -> None:
    """Checks ``made`` against a golden file, or writes the file where that is asked for; ``.jsonl`` is a line a key."""
    path = GOLDEN / name
    made = plain(made)
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.mkdir(exist_ok=True)
        if path.suffix == ".jsonl":
            lines = [json.dumps([key, value], ensure_ascii=False, sort_keys=True) for key, value in made.items()]
            path.write_text("\n".join(lines) + "\n", "utf-8")
        else:
            path.write_text(json.dumps(made, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")
    text = path.read_text("utf-8")
    recorded = dict(map(json.loads, text.split("\n")[:-1])) if path.suffix == ".jsonl" else json.loads(text)
    changed = {key: differences(recorded.get(key), made.get(key)) for key in {**recorded, **made}}
    changed = {key: told for key, told in changed.items() if told}
    shown = [f"{key!r}: {len(told)} difference(s)\n    " + "\n    ".join(told[:6]) for key, told in changed.items()]
    if changed:
        pytest.fail(f"{name}: {len(changed)} of {len(made)} changed\n" + "\n".join(shown[:20]), pytrace=False)


def test_there_are_twenty_questions_in_each_language() -> None:
    assert [sum(name.startswith(lang) for name in CASES) for lang in ("en ", "ko ")] == [20, 20]


@pytest.mark.timeout(300)
def test_answers_are_as_recorded(base: KnowledgeBase) -> None:
    compare("answers.json", {name: answer(base, c.question, c.filters, c.history) for name, c in CASES.items()})


def test_searches_are_as_recorded(base: KnowledgeBase) -> None:
    compare("searches.json", {name: search(base, CASES[name].question, 10) for name in SEARCHES})


@pytest.mark.timeout(300)
def test_look_ups_are_as_recorded(base: KnowledgeBase) -> None:
    made: dict[str, Any] = {}
    for text in references():
        try:
            made[text] = look_up(base, text)
        except KBError as error:
            made[text] = str(error)
    compare("look-ups.jsonl", made)


def test_a_citation_list_is_as_recorded(base: KnowledgeBase) -> None:
    compare("citations.json", citations(base, LINES))


def test_a_change_is_told_with_its_place() -> None:
    old = {"sentences": [{"text": "a", "score": 0.5}], "refused": False}
    assert differences(old, {"sentences": [{"text": "a", "score": 0.50001}], "refused": False}) == []
    assert differences(old, {"sentences": [{"text": "b", "score": 0.51}], "refused": False}) == [
        ".sentences[0].score: recorded 0.5, now 0.51",
        ".sentences[0].text: recorded 'a', now 'b'",
    ]
    assert differences(old, {"sentences": []}) == [
        ".refused: recorded False, now None",
        ".sentences: 1 recorded, 0 now",
    ]
