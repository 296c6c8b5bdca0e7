"""Classifies how binding a sentence is: shall, will, should, recommends, may, can or informative. Pure; rules only.

The modal verbs of the main clause decide: in English those of standards drafting (ISO/IEC Directives, Part 2, clause
7), in Korean, Spanish and French their usual equivalents. Modal verbs in a condition or a relative clause do not count;
of several in the main clause the strongest does. A prohibition is *shall*, a release from a duty *may*.
*May* is a permission where somebody is allowed to act, and *can* where something is possible. *Will* is a promise of
somebody who acts; definitions, questions and the clauses of a preamble are informative. What a point of a list takes
from its opening words is in :mod:`kb.text.force_frames`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from kb.text.hangul import count_hangul
from kb.text.lazy_patterns import lazy
from kb.types import Force

if TYPE_CHECKING:
    from collections.abc import Iterable

_RULES: tuple[tuple[Force, re.Pattern[str]], ...] = (
    (
        Force.SHALL,
        lazy(
            r"\b(?:shall|must|(?:is|are) (?:required|obliged|prohibited) to|(?:is|are) prohibited)\b"
            r"|\b(?:deberá|deberán|debe|deben|está prohibid[oa]|están prohibid[oa]s|tienen? que)\b"
            r"|(?:하여야|해야|되어야|여야) (?:한다|합니다|함)|아니 된다|안 된다|금지(?:된다|한다|합니다)|의무가 있",
            re.IGNORECASE,
        ),
    ),
    (
        Force.SHOULD,
        lazy(
            r"\b(?:should|ought to)\b|\b(?:debería|deberían|convendría|conviene)\b"
            r"|(?:것이|함이) 바람직|필요가 있|하도록 (?:한다|합니다)",
            re.IGNORECASE,
        ),
    ),
    (
        Force.RECOMMENDS,
        lazy(
            r"\b(?:recommends?|(?:is|are) (?:recommended|encouraged)|encourages|calls on|invites|advises|urges)\b"
            r"|\b(?:recomienda|recomiendan|se alienta|exhorta|invita)\b|권고|권장|촉구",
            re.IGNORECASE,
        ),
    ),
    (
        Force.MAY,
        lazy(
            r"\b(?:may|(?:is|are) permitted to|(?:is|are) allowed to)\b|\bpodrá[n]?\b|(?:할"
            r"|될) 수 있",
            re.IGNORECASE,
        ),
    ),
    (Force.CAN, lazy(r"\b(?:can|could|might)\b|\b(?:puede|pueden|podría|podrían)\b", re.IGNORECASE)),
)
"""The words of force wherever they stand, for comparing what two sentences say of the same action."""


def forces_of(found: Iterable[Force]) -> tuple[str, ...]:
    """Forces strongest first, each once."""
    present = set(found)
    return tuple(force.value for force in Force if force in present)


def strongest(found: Iterable[Force]) -> Force:
    """The strongest of some forces; informative where there is none."""
    present = set(found)
    return next((force for force in Force if force in present), Force.INFORMATIVE)


@lru_cache(maxsize=4_000)
def force_of(sentence: str) -> Force:
    """The force of one sentence, by its own words; that of the latest few thousand is kept."""
    words = " ".join(sentence.split())
    if words and count_hangul(words) * 4 > len(words):
        return _korean(words)
    lang = _language(words)
    if _PREAMBLE.match(words) or _DEFINITION[lang].search(words) or words.rstrip('"”’» ').endswith("?"):
        return Force.INFORMATIVE
    main: list[Force] = []
    reported: list[Force] = []
    for force, start, end in _found(words, lang):
        level = _level(words, start, lang)
        if level == 0:
            main.append(_weighed(force, words, start, end, lang))
        elif level == 1:
            reported.append(_weighed(force, words, start, end, lang))
    return strongest(main or reported)


def modal_words(sentence: str) -> list[tuple[Force, int, int]]:
    """Every word of force in a sentence with its place, in order: force, start, end (exclusive)."""
    found = [(force, m.start(), m.end()) for force, pattern in _RULES for m in pattern.finditer(sentence)]
    return sorted(found, key=lambda item: item[1:])


# --- languages

_STOPS = {
    "en": frozenset("the of and to in is be for a an are by with on or as that this their its which from not".split()),
    "es": frozenset("el la los las de que y en un una para por con se su sus del al no lo como es o".split()),
    "fr": frozenset(
        "le la les des et est du une pour dans que en par sur au aux ce cette qui ne pas ou un de il à l d s n qu sont "
        "leur leurs ces son sa ses elle ils elles nous chaque être".split()
    ),
}


def _language(words: str) -> str:
    """The language of a sentence in Latin letters, by its small words; English where these decide nothing."""
    plain = re.findall(r"[^\W\d_]+", words.casefold())
    counts = {lang: sum(word in stops for word in plain) for lang, stops in _STOPS.items()}
    best = max(counts.values())
    likely = [lang for lang, n in counts.items() if n == best]
    return next((x for x in likely if any(pattern.search(words) for _, pattern in _WORDS[x])), likely[0])


_PREAMBLE = lazy(
    r"\W*(?:having regard to|having consulted|whereas\b|acting in accordance|after (?:transmission|consulting)"
    r"|(?:RECALLING|RECOGNI[SZ]ING|NOTING|CONSIDERING|ACKNOWLEDGING|UNDERLINING|HAVING|MINDFUL"
    r"|CONVINCED|CONCERNED)\b"
    r"|(?:recalling|recogni[sz]ing|noting|mindful of|conscious of|convinced|underlining|emphasi[sz]ing|affirming)\b"
    r"(?=[^.]*[,;]$)|considering (?:that )?(?=[^.]*[;,]$)|vistos?\b|teniendo en cuenta|considerando\b|vu l"
    r"|considérant\b)",
    re.IGNORECASE,
)

_DEFINITION = {
    "en": lazy(
        r"^\W*(?:\(?\w{1,5}[).]\s*)?(?:(?:for the purposes? of[^,]{0,80}, )?(?:an? "
        r"|the )?[‘“\"'«][^’”\"'»]{1,80}[’”\"'»]"
        r"(?:[^.,;]{0,40})? (?:means?|shall mean|refers? to|is defined as|has the meaning|shall have the meaning)"
        r"|[^.,;:]{2,70} (?:means\b|shall mean\b|is defined as\b))"
        r"|\bthe following definitions (?:shall )?apply\b|\bhas the meaning given\b",
        re.IGNORECASE,
    ),
    "es": lazy(
        r"\bse enten?derá por\b|\bse entiende por\b|^[^.,;:]{2,70} significa\b|\ba los efectos de\b.{0,80}\bentend",
        re.I,
    ),
    "fr": lazy(r"\bon entend par\b|^[^.,;:]{2,70} désigne\b|\bau sens du présent\b.{0,60}\bon entend\b", re.IGNORECASE),
}

_WORDS: dict[str, tuple[tuple[Force | None, re.Pattern[str]], ...]] = {
    "en": tuple(
        (force, lazy(rf"\b(?:{pattern})\b", re.IGNORECASE))
        for force, pattern in (
            (
                None,
                r"need not|needs? not|(?:shall|will|should|do|does|is|are) not be (?:required|obliged) to"
                r"|(?:is|are) not (?:required|obliged|obligated) to|(?:do|does) not (?:need|have) to"
                r"|(?:is|are) (?:free|entitled) to|(?:has|have) the right to|shall be (?:entitled|free"
                r"|allowed|permitted) to",
            ),
            (
                Force.SHALL,
                r"shall|must|(?:is|are) (?:legally )?(?:required|obliged|obligated) to|(?:is"
                r"|are) (?:strictly )?(?:prohibited|forbidden)"
                r"|(?:is|are) not (?:permitted|allowed)(?: to)?|(?:is|are) (?:mandatory|compulsory)|(?:has|have) to"
                r"|it is (?:prohibited|forbidden)|instructs",
            ),
            (Force.SHOULD, r"should|ought to|it is (?:advisable|desirable)"),
            (
                Force.RECOMMENDS,
                r"recommends?|(?:is|are) (?:(?:strongly|further|also|therefore) )?(?:recommended|encouraged"
                r"|advised|invited|urged)(?! (?:in|by|as)\b)"
                r"|(?:is|are) called (?:up)?on|encourages|calls? (?:up)?on|invites|advises|urges?"
                r"|we (?:encourage|invite|advise|suggest)",
            ),
            (
                Force.WILL,
                r"will|commits?(?: themselves| itself| ourselves)? to|pledges? to|undertakes? to|(?:is"
                r"|are) committed to",
            ),
            (
                Force.MAY,
                r"may|(?:is|are) permitted to|(?:is|are) allowed to|(?:is|are) empowered to|(?:has"
                r"|have) the power to",
            ),
            (Force.CAN, r"can|cannot|could|might"),
        )
    ),
    "es": tuple(
        (force, lazy(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE))
        for force, pattern in (
            (
                None,
                r"no (?:está|están|estará|estarán) obligad[oa]s? a|no (?:es|será) (?:necesario|obligatorio)"
                r"|no (?:tiene|tienen) que|tiene[n]? derecho a",
            ),
            (
                Force.SHALL,
                r"deberán?|debe[n]?|habrán? de|han? de|tienen? que|tendrán? que|(?:está|están|queda"
                r"|quedan) (?:terminantemente )?prohibid[oa]s?"
                r"|se prohíbe[n]?|(?:está|están|estará|estarán) obligad[oa]s? a|no podrán?|es obligatorio",
            ),
            (
                Force.SHOULD,
                r"debería[n]?|deberíamos|convendría|conviene|(?:es|sería|resulta) (?:conveniente"
                r"|recomendable|aconsejable|deseable)"
                r"|habría que|hay que|procede",
            ),
            (
                Force.RECOMMENDS,
                r"(?:se )?recomiendan?|recomendamos|(?:se )?alientan?|se anima a|exhortan?|instan? a"
                r"|invitan? a|(?:se )?aconsejan?|se sugiere[n]?",
            ),
            (Force.WILL, r"se comprometen?(?: a)?|nos comprometemos a|se comprometerán? a"),
            (Force.MAY, r"podrán?|pueden?|(?:está|están) (?:autorizad|facultad)[oa]s? (?:a|para)|se permite[n]?"),
            (Force.CAN, r"podría[n]?"),
        )
    ),
    "fr": tuple(
        (force, lazy(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE))
        for force, pattern in (
            (
                None,
                r"n[’'](?:est|était) pas tenue? d[e’']|ne sont pas tenue?s d[e’']|n[’']est pas (?:obligé"
                r"|obligatoire)\w*|(?:a|ont) le droit d[e’']",
            ),
            (
                Force.SHALL,
                r"doi(?:t|vent)|devra|devront|(?:est|sont) tenue?s? d[e’'](?: )?|il est interdit|(?:est"
                r"|sont) (?:strictement )?interdite?s?"
                r"|(?:est|sont) obligatoires?|ne peu(?:t|vent)|ne pourra|ne pourront|veille(?:nt)? à(?: ce qu)?"
                r"|s[’']assure(?:nt)? (?:que|de)|il faut|il incombe|il appartient|(?:a|ont) l[’']obligation d[e’']",
            ),
            (
                Force.SHOULD,
                r"devrai(?:t|ent)|il convient|il importe|il est (?:souhaitable|conseillé|opportun)"
                r"|il faudrait|il y a lieu",
            ),
            (
                Force.RECOMMENDS,
                r"recommande(?:nt)?|recommandons|préconise(?:nt)?|encourage(?:nt)?|encourageons|invite(?:nt)?"
                r"|exhorte(?:nt)?|appelle(?:nt)? (?:à|les)|conseille(?:nt)?"
                r"|(?:est|sont) (?:vivement )?(?:recommandé|encouragé|invité)e?s?",
            ),
            (Force.WILL, r"s[’']engage(?:nt)?(?: à)?|nous nous engageons à|s[’']engagera(?:it)? à"),
            (Force.MAY, r"peu(?:t|vent)|pourra|pourront|(?:est|sont) (?:autorisé|habilité)e?s? à"),
            (Force.CAN, r"pourrai(?:t|ent)"),
        )
    ),
}
"""The modal words by language, in order; of two that overlap the first counts. ``None``: a release from a duty."""


def _found(words: str, lang: str) -> list[tuple[Force, int, int]]:
    """The words of force of a sentence, without those inside of others; a release from a duty is a permission."""
    taken: list[tuple[Force, int, int]] = []
    for force, pattern in _WORDS[lang]:
        for match in pattern.finditer(words):
            start, end = match.span()
            if force is Force.SHOULD and lang == "en" and start < 3:
                continue  # "Should a provider fail to …": a condition
            if force in (Force.RECOMMENDS, Force.WILL) and _AFTER_A_MODAL.search(words[:start]):
                continue
            if all(end <= a or b <= start for _, a, b in taken):
                taken.append((force or Force.MAY, start, end))
    return sorted(taken, key=lambda item: item[1])


_AFTER_A_MODAL = lazy(r"\b(?:may|can|shall|should|will|must|to|could|would|might|not) (?:\w+ly )?$", re.IGNORECASE)

# --- clauses

_CONDITION = {
    "en": r"where|wherever|if|when|whenever|unless|although|though|whether|because|since|once|until|while"
    r"|whilst|how|what|why|as|"
    r"so that|in order that|provided that|insofar as|in so far as|to the extent|in case|than|before|after"
    r"|whereby|whereas|lest|given",
    "es": r"si|cuando|donde|aunque|porque|mientras|como|siempre que|salvo que|a menos que|para que"
    r"|en caso de que|en la medida en que|cómo|qué|quienes?",
    "fr": r"si|lorsque|lorsqu|quand|où|bien que|parce que|tandis que|comme|afin que|pour que|à moins que"
    r"|dans la mesure où|dès que|si bien que|comment",
}
_RELATIVE = {
    "en": r"which|who|whom|whose|that",
    "es": r"que|quien|quienes|cuales?|cuy[oa]s?",
    "fr": r"qui|que|qu|dont|lequel|laquelle|lesquel(?:le)?s",
}
_ADVERBS = (
    r"(?:also|already|not|only|then|therefore|otherwise|reasonably|in turn|often|potentially|no|se"
    r"|también|solo|ya|ne|lo|les?|la)"
)
_DIRECT = {
    lang: lazy(rf"(?:^|\W)(?:{words})[’' ]+(?:{_ADVERBS} ){{0,2}}$", re.IGNORECASE) for lang, words in _RELATIVE.items()
}
_OPENER = {lang: lazy(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE) for lang, words in _CONDITION.items()}
_REPORT = {
    "en": lazy(r"\bthat\b", re.IGNORECASE),
    "es": lazy(r"\bque\b", re.IGNORECASE),
    "fr": lazy(r"\bqu(?:e\b|[’'])", re.IGNORECASE),
}
_CLAUSE = lazy(r"[,;:()\[\]]| [–—-] ")
_SET_OFF = lazy(r"(?:who|which|where|whose|que|quien|qui|dont|lequel|cuy[oa])\b", re.IGNORECASE)


def _level(words: str, at: int, lang: str) -> int:
    """0 in the main clause, 1 in a clause that is said, thought or brought about ("that …"), 2 in conditions and
    relatives."""
    begin = max((m.end() for m in _CLAUSE.finditer(words, 0, at)), default=0)
    clause = words[begin:at]
    if _DIRECT[lang].search(clause):
        return 2
    ends = [b for _, a, b in _found(words, lang) if a < at]
    last = max([b - begin for b in ends if b > begin], default=0)
    if _in_brackets(words, at):
        return 2
    if any(not _FORE.match(clause[m.start() :] + words[at:]) for m in _OPENER[lang].finditer(clause, last)):
        return 2
    lead = clause.lstrip()
    if begin and _SET_OFF.match(lead) and last == 0:
        return 2
    found = [m for m in _REPORT[lang].finditer(clause, last) if not (lang == "en" and _OWN_VERB.match(clause, m.end()))]
    lead_in = [clause[: m.start()].split() for m in found]
    reports = [words_before for words_before in lead_in if words_before]
    if lang in _SAYS and any(not _SAYS[lang].fullmatch(words_before[-1]) for words_before in reports):
        return 2  # "the tasks that the lamp will do": a relative clause with a subject of its own
    interrupted = re.search(r"\w (?:that|que),", words[max(ends, default=0) : at])
    return 1 if reports or interrupted else 0


_OWN_VERB = lazy(
    r" (?:(?:also|already|not|only|then|therefore|otherwise) )?(?:(?:ha(?:ve|s|d)|is|are|was|were|do(?:es)?|did)\b"
    r"|(?!(?:all|both|each|any|such|these|those|in|on|at|by|for|from|under|with|within|during|after|before|if|when"
    r"|where|as|of|to)\b)\w+ (?:an?|the|any|their|its|such|certain)\b)",
    re.IGNORECASE,
)
"""What follows a "that" which is the subject of its verb: "lamps that have been sold shall …", "lamps that give a light
must …". The word of force behind it belongs to the main clause."""
_SAYS = {
    "en": lazy(
        r"(?:say|state|note|recogni[sz]e|recommend|ensure|require|provide|agree|consider|believe|suggest"
        r"|conclude|find|emphasi[sz]e"
        r"|stress|highlight|demonstrate|show|propose|expect|argue|hold|specify|means?|clarify|confirm|verify"
        r"|guarantee|see|know"
        r"|think|hope|acknowledge|underline|reiterate|advise|indicate|imply|assume|report|understand|affirm"
        r"|declare|decide)(?:s|d|ed|ing)?"
        r"|said|found|held|shown|clear|important|essential|necessary|likely|possible|so|such|fact|principle"
        r"|view|requirement|is|was"
        r"|are|be|crucial|vital|evident|appropriate|desirable|condition|conditions|provided|extent|risk|aware"
        r"|it|to|and|or",
        re.IGNORECASE,
    ),
    "fr": lazy(
        r"(?:dit|disent|prévoi(?:t|ent)|recommand|exig|estim|consid[èé]r|précis|rappell?|soulign|not|affirm|demand|indiqu|déclar"
        r"|confirm|constat|assur|pens|suppos|signifi|impliqu|jug|propos|souhait|garanti(?:t|ssent)?|décid|convien(?:t|nent)"
        r"|sa(?:it|vent)|voi(?:t|ent)|attend(?:ent)?|requi(?:ert|èrent))(?:e|ent|é|er|ons|ant)?"
        r"|est|sont|ce|faut|importe|important|essentiel|nécessaire|souhaitable|obligatoire|possible|probable|clair|entendu"
        r"|fait|principe|condition|afin|pour|ainsi|tel|telle|sorte|sûr|évident|plus|moins|autre|alors|et|ou|ne",
        re.IGNORECASE,
    ),
}
"""Words before "that" after which a statement follows, and no relative clause."""

_FORE = lazy(
    r"(?:as (?!may\b|can\b|might\b|it\b|they\b|the\b.*\b(?:they|it|we) |these\b|this\b|such\b)|(?:before"
    r"|after|since|than|given|once|while|until) (?!it\b|they\b|he\b|she\b)"
    r"|(?:como|como si) (?!pued))",
    re.IGNORECASE,
)
"""Words that open a condition only before a subject: "after the lamp", "as a rule" open none."""


def _in_brackets(words: str, at: int) -> bool:
    """Whether a place is inside of round brackets."""
    return words.count("(", 0, at) > words.count(")", 0, at)


# --- permission or possibility

_AGENTS = {
    "en": r"member states?|states?|commission|providers?|deployers?|authorit(?:y|ies)|boards?|courts?"
    r"|part(?:y|ies)|users?|persons?|organi[sz]ations?"
    r"|operators?|councils?|bod(?:y|ies)|manufacturers?|importers?|distributors?|applicants?|ministers?"
    r"|governments?|agenc(?:y|ies)|compan(?:y|ies)"
    r"|employers?|employees?|tribunals?|judges?|offices?|we|you|they|i|it|controllers?|processors?"
    r"|entit(?:y|ies)|institutions?|members?|signator(?:y|ies)"
    r"|supervisors?|presidents?|parliament|panels?|committees?|secretariat|people|individuals?|anyone"
    r"|everyone|regulators?|firms?|licensees?|representatives?"
    r"|developers?|actors|stakeholders|citizens?|union|director|directors|forums?|undertakings?|keepers?"
    r"|makers?|consumers?|clients?|holders?|[A-Z]{2,6}s?",
    "es": r"estados?(?: miembros?)?|comisión|proveedor(?:es)?|autoridad(?:es)?|juez|jueza|jueces|juezas"
    r"|tribunal(?:es)?|cortes?|partes?|usuari[oa]s?|personas?|organizaci(?:ón|ones)"
    r"|instituci(?:ón|ones)|órganos?|gobiernos?|fabricantes?|empresas?|operador(?:es)?|miembros?|comité"
    r"|consejo|magistrad[oa]s?|funcionari[oa]s?|ciudadan[oa]s?|litigantes?|abogad[oa]s?",
    "fr": r"états?(?: membres?)?|commission|fournisseurs?|autorités?|juges?|tribuna(?:l|ux)|cours?|parties?"
    r"|utilisateurs?|personnes?|organisations?|institutions?"
    r"|organismes?|gouvernements?|fabricants?|entreprises?|opérateurs?|membres?|comité|conseil"
    r"|responsables?|déployeurs?|ministres?|employeurs?|demandeurs?|intéressés?",
}
_AGENT = {
    lang: lazy(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE if lang != "en" else 0) for lang, words in _AGENTS.items()
}
_AGENT["en"] = lazy(rf"(?<!\w)(?:(?i:{_AGENTS['en'].rpartition('|')[0]})|[A-Z]{{2,6}}s?)(?!\w)")

_POSSIBLE = {
    "en": r"lead|result|cause|pose|arise|occur|affect|have|become|contain|involve|differ|vary|seem|appear"
    r"|reduce|increase|change|fail|exist|create"
    r"|contribute|impact|undermine|benefit|need|emerge|suffer|experience|enable|depend|represent|constitute"
    r"|present|reveal|exacerbate|reinforce"
    r"|perpetuate|amplify|impair|hinder|limit|influence|harm|face|feel|find|lack|lose|come|take time"
    r"|produce|generate|lie|remain|seek|wish|want"
    r"|know|believe|think|perceive|help|outweigh|form|introduce|raise|trigger|disrupt|threaten|expose"
    r"|entail|materiali[sz]e|happen|prove|range|relate|reflect|not (?:be|always|have|know)",
    "es": r"generar|causar|producir|surgir|ocurrir|afectar|tener|contener|implicar|provocar|conducir|llevar"
    r"|dar lugar|variar|reducir|aumentar|existir|crear|contribuir"
    r"|socavar|reflejar|perpetuar|amplificar|limitar|influir|dañar|resultar|suponer|representar|ayudar|ser"
    r"|estar|haber|mejorar|facilitar|plantear|reforzar|incurrir|comprometer|no ser|no estar|no haber|haber",
    "fr": r"entraîner|causer|produire|survenir|affecter|avoir|contenir|impliquer|provoquer|conduire|mener"
    r"|varier|réduire|augmenter|exister|créer|contribuer|être"
    r"|refléter|perpétuer|amplifier|limiter|influencer|nuire|constituer|représenter|aider|présenter"
    r"|comporter|engendrer|améliorer|faciliter|résulter",
}
_POSSIBLE_VERB = {
    lang: lazy(rf"\W*(?:{_ADVERBS} )*(?:{words})(?:se)?(?!\w)", re.IGNORECASE) for lang, words in _POSSIBLE.items()
}
_PASSIVE = lazy(
    r"\W*(?:(?:also|only|not|therefore|further|then|otherwise|\w+ly) )*be (?:\w+ly )?(?P<verb>\w*(?:ed|en"
    r"|made|sold|bought|told|found|lost|built|shown|known|drawn|run|won|met|read|bound|made|set|put|held"
    r"|given|laid|drawn|kept|done|sent|brought|paid))\b"
)
_HAPPENS = lazy(
    r"affected|harmed|biased|exposed|caused|impacted|lost|seen|perceived|associated|related|linked|needed"
    r"|missed|confronted|discriminated|infringed|hidden|compromised|embedded|limited|influenced|undermined"
    r"|reduced|increased|overlooked|misled|driven"
)


def _weighed(force: Force, words: str, start: int, end: int, lang: str) -> Force:
    """The force of a modal verb by who does what: permission, possibility, prohibition, promise or forecast."""
    if force not in (Force.MAY, Force.WILL) or not re.fullmatch(_MODAL, words[start:end], re.IGNORECASE):
        return force
    begin = max((m.end() for m in _CLAUSE.finditer(words, 0, start)), default=0)
    subject = " ".join(words[begin:start].split()[-9:]) or " ".join(words[:start].split()[:9])
    acts = bool(_AGENT[lang].search(subject)) or not re.search(r"[^\W\d_]", words[:start])
    rest = re.sub(r"^ ?,[^,.;]{1,140},", "", words[end:])
    denied = (
        re.match(r"\s+(?:not|no)\b", rest)
        if lang == "en"
        else re.search(
            r"\b(?:no|ne"
            r"|n[’'])\s*$",
            words[:start],
            re.I,
        )
    )
    possible = bool(_POSSIBLE_VERB[lang].match(rest.removeprefix(" not")))
    if force is Force.WILL:
        return Force.WILL if acts and not _FORECAST.match(rest) else Force.INFORMATIVE
    passive = _PASSIVE.match(rest) if lang == "en" else None
    if passive:
        allowed = not _HAPPENS.match(passive["verb"])
    elif lang == "en" and re.match(r"\W*(?:\w+ly |not |also |still |only )*be\b", rest):
        allowed = False
    else:
        legal = words[start:end].casefold() in ("podrá", "podrán", "pourra", "pourront")
        reflexive = lang == "es" and re.match(r"\W*(?:\w+ ){0,2}?\w+[aei]rse\b", rest)
        allowed = (acts or legal or bool(reflexive) or lang == "fr") and not possible
    if not allowed:
        return Force.CAN
    return Force.SHALL if denied else Force.MAY


_FORECAST = lazy(
    r"\s+(?:\w+ly |also |not |still )?(?:need|have to|face|depend|benefit|suffer|experience|lead|result"
    r"|cause|become|differ|vary"
    r"|find|see|know|feel|want|likely|be (?:able|required|subject|likely|affected|harmed|used|seen|needed))\b"
)
_MODAL = r"may|will|pueden?|podrán?|peu(?:t|vent)|pourra|pourront"

# --- Korean

_KO_DEFINITION = lazy(
    r"(?:이?란|라 함은|(?:이라|라)는 것은) .*(?:말한다|말함|뜻한다|의미한다|말하며)|(?:을|를) (?:말한다"
    r"|뜻한다|의미한다)\W*$|이하 .{1,30}(?:이)?라 한다\W*$"
)
_KO_RELEASE = lazy(
    r"(?:아니할|않을|아니 할) 수 있(?:다|음|습니다|으며|고)|(?:지 않아도|아니하여도) (?:된다|됩니다|됨)"
    r"|필요(?:가|는) 없(?:다|음|습니다)|의무(?:가|는) 없"
)
_KO_SHALL = lazy(
    r"(?:[가-힣]*[하되여야아어해돼]야|여야|아야|어야)(?:만|는)?\s?(?:한다|합니다|함\b|하며|하고|하되"
    r"|하나|하지만|됩니다|된다|할 의무)"
    r"|(?:아니|안|못)\s?(?:된다|됩니다|됨|되며|된다는)|금지(?:된다|한다|됩니다|합니다|됨|함|되며|하며"
    r"|하여야)|의무(?:가 있|를 진|를 부담|를 지)"
    r"|(?:할|될|을|릴|킬|둘|쓸) 것\W*$|[가-힣]+야 함\W*$"
)
_KO_SHOULD = lazy(
    r"(?:것이|함이|게) (?:바람직|좋)|필요가 있(?:다|음|습니다|으며)|(?:이|가|도) (?:필요하다|필요함"
    r"|필요합니다|필요하며|요구된다|요구됨|요구됩니다)|(?:하|되|이|리"
    r"|키|않)도록 (?:한다|합니다|함|하며|노력)"
    r"|야 할 것(?:이다|임|입니다)"
)
_KO_RECOMMENDS = lazy(
    r"(?:권고|권유|권장|촉구|장려|독려|제안|당부|요청)(?:한다|합니다|하였다|했다|된다|됩니다|됨|함|하며)"
)
_KO_WILL = lazy(
    r"(?:하겠|나가겠|되겠|드리겠|않겠)(?:다|습니다|음)|(?:할|나갈|될) (?:계획|예정|방침)(?:이다|입니다"
    r"|임|이며)|(?:기로|것을) (?:한다|약속|하였다|합의)|약속한다|다짐한다"
)
_KO_ABLE = lazy(r"[가-힣]+ 수 (?P<no>있|없)(?:다|음|습니다|으며|고[, ]|으나|지만)")
_KO_POSSIBLE = lazy(
    r"(?:발생|초래|야기|미칠|미치|나타|이어질|침해|악화|증가|감소|달라|어려|존재|포함|일어|생길|커질|줄"
    r"|높아|낮아|왜곡|노출|훼손|저해|될 가능성|일으킬|끼칠|가져올|빠질|줄 수"
    r"|도움|유용|기여|볼)\w*( 수 [있없])?$"
)
_KO_AGENT = lazy(
    r"(?:국가|지방자치단체|정부|장관|위원회|위원장|사업자|이용자|제공자|개발자|기관|단체|자|사람|법원"
    r"|대통령|공무원|당사자|회사|기업|시장|도지사|청장|운영자|누구든지"
    r"|누구나)(?:는|은|이|가|들은|들이|의 장은)?(?=\s|,|$)|누구든지"
)


def _korean(words: str) -> Force:
    """The force of a Korean sentence, by its verbs at the end of clauses: those before a noun bind nothing."""
    if words.rstrip('"”’」 ').endswith(("?", "까", "까.", "는가", "는가.")) or _KO_DEFINITION.search(words):
        return Force.INFORMATIVE
    found: list[Force] = []
    rest = words
    if _KO_RELEASE.search(rest):
        found.append(Force.MAY)
        rest = _KO_RELEASE.sub(" ", rest)
    if _KO_SHOULD.search(rest):
        found.append(Force.SHOULD)
        rest = _KO_SHOULD.sub(" ", rest)
    for force, pattern in ((Force.SHALL, _KO_SHALL), (Force.RECOMMENDS, _KO_RECOMMENDS), (Force.WILL, _KO_WILL)):
        if pattern.search(rest):
            found.append(force)
    for match in _KO_ABLE.finditer(rest):
        verb = rest[max(0, match.start() - 12) : match.start("no") - 2].rstrip()
        possible = bool(_KO_POSSIBLE.search(verb)) or not _KO_AGENT.search(rest[: match.start()])
        if match["no"] == "없":
            found.append(Force.CAN if possible else Force.SHALL)
        else:
            found.append(Force.CAN if possible else Force.MAY)
    return strongest(found)
