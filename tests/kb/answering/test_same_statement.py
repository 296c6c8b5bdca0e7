"""A rephrasing passes only if it is shown to state the same; cases that once passed wrongly are here by kind."""

from __future__ import annotations

import random

import pytest

from kb.answering.claim_check import QuotedSource, check_claim
from kb.answering.same_statement import states_the_same, written_words
from kb.answering.same_statement_ko import states_the_same_ko
from kb.answering.same_translated import translates
from kb.text.tokens import tokens

LOGS = (
    "Operators of beacons of class one shall store the recordings which the beacon makes for no less than six months, "
    "unless provided otherwise in harbour law."
)
NOTICE = (
    "The provider shall notify the harbour authority before the deployer puts the beacon into service, not later than "
    "15 days after the incident."
)
NEVER = "Beacons should not be used for scoring sailors or for mass surveillance."
PROVIDED = "Deployers of beacons shall keep the logs for at least six months, unless provided otherwise in harbour law."


@pytest.mark.parametrize(
    ("quote", "claim"),
    [
        # a doer of the stem of another word
        (PROVIDED, PROVIDED.replace("Deployers", "Providers")),
        # the doer made to own what is acted on
        (PROVIDED, PROVIDED.replace("Deployers of beacons", "Beacons").replace("logs", "logs of deployers")),
        # an exception or a bound dropped
        (PROVIDED, PROVIDED.replace(", unless provided otherwise in harbour law", "")),
        (PROVIDED, PROVIDED.split(",", maxsplit=1)[0].replace("for", "for a period of")),
        (PROVIDED, PROVIDED.replace("at least", "a period of")),
        (LOGS, LOGS.replace(" which the beacon makes", "")),
        # who acts on whom, and when
        (NOTICE, NOTICE.replace("provider", "X").replace("deployer", "provider").replace("X", "deployer")),
        (NOTICE, NOTICE.replace("provider", "X").replace("harbour authority", "provider").replace("X", "guild")),
        (NOTICE, NOTICE.replace("before the", "after the")),
        (NOTICE, NOTICE.replace("after the incident", "before the incident")),
        (NOTICE, NOTICE.replace("before the deployer puts the beacon into service, ", "")),
        # what is denied
        (NEVER, "Beacons used for scoring sailors should not be used for mass surveillance."),
        (NEVER, "Beacons should not be used for scoring sailors and mass surveillance."),
        # signs that say something, and the letter that is no article
        ("The error rate shall be > 5 %.", "The error rate shall be < 5 %."),
        ("The offset of the beam shall be -5 degrees.", "The offset of the beam shall be 5 degrees."),
        ("The fee shall be 5 $.", "The fee shall be 5 €."),
        ("Class A beacons shall be registered.", "Class beacons shall be registered."),
        ("The cuts shall be made over 5 years.", "The cuts shall be made more than 5 years."),
        # a number at the front that counts, and that of another paragraph
        ("5 Keepers shall sign the act.", "6 Keepers shall sign the act."),
        ("5 Keepers shall sign the act.", "Keepers shall sign the act."),
        ("5. Keepers shall sign the act.", "7. Keepers shall sign the act."),
        # a part under another verb, under a limit behind the word of force, or of what is not said to hold
        ("Keepers shall avoid storing oil and lighting fires.", "Keepers shall light fires."),
        ("Keepers shall refrain from storing oil and selling lamps.", "Keepers shall sell lamps."),
        ("Keepers may refuse to keep logs and share the data.", "Keepers may share the data."),
        ("Keepers shall let sailors keep logs and share the data.", "Keepers shall share the data."),
        ("Keepers shall never keep logs and share the data.", "Keepers shall share the data."),
        ("Keepers shall upon request keep logs and share the data.", "Keepers shall share the data."),
        ("Keepers shall, unless the guild objects, keep logs and share the data.", "Keepers shall share the data."),
        ("Keepers shall do one of the following: keep logs; delete data.", "Keepers shall delete data."),
        ("Critics say that keepers shall keep logs and sailors shall share data.", "Sailors shall share data."),
        ("Nothing here means that keepers shall keep logs and sailors shall share data.", "Sailors shall share data."),
        # a part that another part takes back
        ("Keepers shall keep logs; this shall not apply to sailors.", "Keepers shall keep logs."),
        ("Keepers shall keep logs; sailors are exempt.", "Keepers shall keep logs."),
        ("지기는 일지를 보관하고 기름을 파는 것을 피해야 한다.", "지기는 일지를 보관해야 한다."),
        ("지기는 일지를 보관하고 기름을 팔도록 요구해야 한다.", "지기는 일지를 보관해야 한다."),
        ("지기는 동의를 받아 일지를 보관하고 기름을 팔아야 한다.", "지기는 기름을 팔아야 한다."),
        (
            "비판자들은 지기는 일지를 보관하고 선원은 기름을 팔아야 한다고 주장한다.",
            "선원은 기름을 팔아야 한다고 주장한다.",
        ),
        ("지기는 위반한 때에 일지를 보관하여야 한다.", "지기는 위반하는 때에 일지를 보관하여야 한다."),
        # bounds in translation
        ("Deployers shall keep the logs for at least six months.", "배포자는 로그를 최대 6개월 동안 보관하여야 한다."),
        ("배포자는 로그를 최소 6개월 동안 보관하여야 한다.", "Deployers shall keep the logs for at most six months."),
        ("배포자는 로그를 최소 6개월 동안 보관하여야 한다.", "배포자는 로그를 최대 6개월 동안 보관하여야 한다."),
    ],
)  # fmt: skip
def test_a_turned_meaning_is_withheld(quote: str, claim: str) -> None:
    assert not check_claim(claim, (1,), {1: source(quote)}, tokens).passes


@pytest.mark.parametrize(
    ("quote", "claim"),
    [
        (
            LOGS,
            "Unless provided otherwise in harbour law, operators of beacons of class one must store the recordings "
            "that the beacon makes for at least 6 months.",
        ),
        (
            NOTICE,
            "The provider must notify the harbour authority prior to the deployer putting the beacon into service, "
            "within 15 days of the incident.",
        ),
        (NEVER, "Beacons should not be used for mass surveillance."),
        ("5. Keepers shall sign the act.", "Keepers must sign the act."),
        ("Keepers shall report wrecks to the guild and share the data.", "Keepers must share the data."),
        ("Keepers shall keep logs, and sailors shall share data.", "Sailors must share data."),
        ("지기는 일지를 보관하고 기름을 팔아야 한다.", "지기는 기름을 팔아야 한다."),
        ("5 The keepers shall sign the act.", "5 The keepers must sign the act."),
        ("The error rate shall be ≤ 5 %.", "The error rate must be ≤ 5%."),
        ("No keeper shall sell it unless the guild agrees.", "Unless the guild agrees, a keeper must not sell it."),
        ("The guild shall inspect the beacon every year.", "The beacon shall be inspected by the guild annually."),
        ("The fee is due by 3 May 2027.", "The fee is due no later than May 3, 2027."),
        ("지기는 일지를 최소 6개월 동안 보관하여야 한다.", "지기는 6개월 이상 일지를 보관해야 합니다."),
        ("배가 들어오기 전에 등대지기는 등을 켜야 한다.", "등대지기는 배가 들어오기 전에 등을 켜야 합니다."),
        ("Deployers shall keep the logs for at least six months.", "배포자는 로그를 최소 6개월 동안 보관하여야 한다."),
    ],
)  # fmt: skip
def test_what_states_the_same_passes(quote: str, claim: str) -> None:
    finding = check_claim(claim, (1,), {1: source(quote)}, tokens)
    assert finding.passes, finding.why


@pytest.mark.parametrize(
    ("english", "korean"),
    [
        ("Providers shall keep logs for five years.", "제공자는 로그를 5개월 동안 보관하여야 한다."),
        ("Providers shall keep logs within five days.", "제공자는 5년 이내에 로그를 보관하여야 한다."),
        ("Providers shall keep 5 % of logs.", "제공자는 로그를 5개 보관하여야 한다."),
        ("Providers shall keep logs > 5.", "제공자는 로그를 < 5 보관하여야 한다."),
    ],
)
def test_a_translation_keeps_units_and_signs(english: str, korean: str) -> None:
    assert not translates(english, korean)
    assert translates("Providers shall keep logs for five years.", "제공자는 로그를 5년 동안 보관하여야 한다.")


def source(quote: str) -> QuotedSource:
    return QuotedSource(1, quote, "ko" if any("가" <= c <= "힣" for c in quote) else "en")


def test_a_limit_in_the_sentence_behind_is_not_left_out() -> None:
    quote = "Keepers may sell the lamp. However, they shall not sell the lens."
    assert not check_claim("Keepers may sell the lamp.", (1,), {1: source(quote)}, tokens).passes
    quote = "등대지기는 등을 팔 수 있다. 다만, 렌즈는 그러하지 아니하다."
    assert not check_claim("등대지기는 등을 팔 수 있다.", (1,), {1: source(quote)}, tokens).passes


def test_another_language_is_compared_word_by_word() -> None:
    quote = QuotedSource(1, "Los operadores deberán conservar los registros durante seis meses como mínimo.", "es")
    assert check_claim(
        "Los operadores deberán conservar los registros durante seis meses como mínimo.", (1,), {1: quote}, tokens
    ).passes
    assert not check_claim(
        "Los operadores deberán conservar los registros durante seis meses.", (1,), {1: quote}, tokens
    ).passes
    bound = QuotedSource(1, "La tasa de error de los registros debe ser > 5 % en todos los sistemas.", "es")
    assert check_claim(bound.text, (1,), {1: bound}, tokens).passes
    assert not check_claim(bound.text.replace(">", "<"), (1,), {1: bound}, tokens).passes


SENTENCES = (
    "The keeper shall inform the guild of the wreck before the owner moves the ship to the dock.",
    "If the lamp fails, the keeper shall call the smith and the smith shall mend the lamp within two days.",
    "Only the guild may allow a keeper to leave the tower, except during a storm.",
)


@pytest.mark.parametrize("sentence", SENTENCES)
def test_two_words_that_change_places_are_not_the_same(sentence: str) -> None:
    words = sentence.rstrip(".").split()
    for first in range(len(words)):
        for second in range(first + 1, len(words)):
            swapped = list(words)
            swapped[first], swapped[second] = swapped[second], swapped[first]
            told = " ".join(swapped)
            if sorted(written_words(told)) == sorted(written_words(sentence)) and written_words(told) == written_words(
                sentence
            ):
                continue  # two articles
            assert not states_the_same(told, sentence), told


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_dropped_word_is_not_the_same(sentence: str) -> None:
    words = sentence.rstrip(".").split()
    for at in range(len(words)):
        told = " ".join(words[:at] + words[at + 1 :])
        if written_words(told) != written_words(sentence):
            assert not states_the_same(told, sentence), told


def test_any_text_is_compared_in_bounded_work() -> None:
    seeded = random.Random(7)
    pool = [
        *"if, unless , shall not and or of by the keeper before only 3 within days".split(),
        *"하고 경우 는 을 수 있다 .".split(),
    ]
    for _ in range(60):
        one, two = (" ".join(seeded.choice(pool) for _ in range(seeded.randrange(1, 118))) for _ in range(2))
        for compare in (states_the_same, states_the_same_ko, translates):
            assert compare(one, two) in {True, False}
