from __future__ import annotations

import pytest

from kb.text.force import force_of
from kb.types import Force


@pytest.mark.parametrize(
    ("sentence", "force"),
    [
        ("The maker shall keep a log.", Force.SHALL),
        ("A log must be kept.", Force.SHALL),
        ("Makers of lamps that have been sold before May shall keep a log.", Force.SHALL),
        ("Lamps that give a warm light must be labelled.", Force.SHALL),
        ("The things that in the winter the keeper shall do are many.", Force.INFORMATIVE),
        ("The tasks that the lamp will do are many.", Force.INFORMATIVE),
        ("Makers are required to keep a log.", Force.SHALL),
        ("The maker should keep a log.", Force.SHOULD),
        ("The panel recommends a log.", Force.RECOMMENDS),
        ("Makers are encouraged to keep a log.", Force.RECOMMENDS),
        ("The maker may keep a log.", Force.MAY),
        ("A log can help.", Force.CAN),
        ("A log is a list of events.", Force.INFORMATIVE),
        ("The maker shall, and may also, keep a log.", Force.SHALL),
        ("El juez deberá guardar un registro.", Force.SHALL),
        ("Los jueces deben guardar un registro.", Force.SHALL),
        ("El juez debería guardar un registro.", Force.SHOULD),
        ("Se recomienda guardar un registro.", Force.RECOMMENDS),
        ("El juez podrá guardar un registro.", Force.MAY),
        ("Un registro puede ayudar.", Force.CAN),
        ("Un registro es una lista.", Force.INFORMATIVE),
        ("제작자는 기록을 보관하여야 한다.", Force.SHALL),
        ("기록의 삭제는 금지된다.", Force.SHALL),
        ("기록을 보관하는 것이 바람직하다.", Force.SHOULD),
        ("기록의 보관을 권고한다.", Force.RECOMMENDS),
        ("제작자는 기록을 보관할 수 있다.", Force.MAY),
        ("기록은 사건의 목록이다.", Force.INFORMATIVE),
        ("The mayor marshalled a candid reply.", Force.INFORMATIVE),
        ("", Force.INFORMATIVE),
    ],
)
def test_force_of(sentence: str, force: Force) -> None:
    assert force_of(sentence) is force


FRENCH = """
informative	La présente charte fixe les règles que les services doivent suivre.
shall	Une décision individuelle ne peut être prise sur le seul fondement d’un algorithme.
shall	Le service doit informer la personne concernée.
shall	Les agents doivent pouvoir expliquer la décision.
may	L’agent peut demander l’aide du délégué.
may	Le maire peut suspendre l’usage d’un algorithme.
should	Il convient de conserver la trace des motifs pendant deux ans.
should	Le service devrait vérifier la qualité des données chaque année.
shall	Les données sensibles ne doivent pas être utilisées.
shall	Les fournisseurs devront tenir un registre.
shall	Le registre devra être public.
can	Cette erreur peut entraîner des refus injustifiés.
can	Un algorithme pourrait reproduire des discriminations.
will	La ville s’engage à publier la liste chaque année.
informative	La ville tient un registre public des algorithmes.
shall	Il est interdit de recueillir des données biométriques.
recommends	Il est recommandé de consulter les habitants.
recommends	Le comité recommande aux services de former leurs agents.
may	Le responsable n’est pas tenu de répondre aux demandes abusives.
shall	Les services sont tenus de répondre dans un délai d’un mois.
shall	Il faut informer la personne avant tout traitement.
should	Il importe que les agents soient formés.
should	Il y a lieu de distinguer deux cas.
informative	Si le service doit agir vite, il informe le maire.
shall	Lorsque l’algorithme peut porter atteinte aux droits, une étude doit être menée.
informative	Au sens de la présente charte, on entend par « agent » toute personne employée par la ville.
may	Toute personne a le droit de demander une explication.
shall	Aucune décision ne peut être fondée sur ces seules données.
shall	Nul ne peut être soumis à une décision automatisée.
shall	L’usage de ces données est interdit.
shall	La consultation est obligatoire.
may	Les habitants pourront consulter le registre en mairie.
shall	Les services veillent à ce que les données soient exactes.
shall	Le fournisseur s’assure que le modèle est documenté.
shall	Les agents ont l’obligation de signaler tout incident.
shall	Il incombe au service de prouver la conformité.
may	Le prestataire est habilité à traiter les données.
informative	Cela permet de réduire les erreurs.
informative	Le document doit-il être publié ?
recommends	Le conseil invite les communes voisines à faire de même.
recommends	Les services sont encouragés à publier leur code.
should	Il est souhaitable d’associer les usagers.
shall	Il appartient au maire de décider.
informative	La présente charte entre en vigueur le 1er septembre 2024.
informative	Considérant que les algorithmes doivent être maîtrisés,
shall	Le traitement ne doit commencer qu’après l’étude.
can	Les résultats peuvent varier selon les quartiers.
shall	Sont interdits les systèmes de notation sociale.
shall	Les systèmes suivants sont interdits :
may	Le service est autorisé à conserver les journaux un an.
shall	Les directions doivent transmettre leur bilan avant le 31 mars.
may	Le comité peut entendre toute personne utile à ses travaux.
may	Les usagers peuvent obtenir une copie de la décision.
should	Le bilan devrait comporter un chapitre sur les incidents.
should	Les directions devraient réviser leurs procédures tous les ans.
should	Il convient d’éviter les données de santé.
shall	Aucun agent ne doit partager ses identifiants.
shall	L’étude doit préciser les finalités que le service poursuit.
informative	Le modèle choisi par le service qui doit l’exploiter est décrit en annexe.
can	Les images produites peuvent contenir des erreurs.
will	Le prestataire s’engage à supprimer les données.
recommends	Nous recommandons de tester le modèle avant chaque version.
recommends	Le guide préconise une revue par les pairs.
shall	Un tel usage est strictement interdit.
informative	Le registre comporte le nom du service et sa finalité.
may	Le service n’est pas obligé de publier le code source.
shall	Les agents ne peuvent pas modifier les journaux.
may	Dans ce cas, le service pourra demander un délai.
informative	On entend par « incident » tout événement imprévu.
informative	La décision que le juge peut réviser est notifiée.
shall	Le maire veille à ce que le registre soit à jour.
informative	La collecte est limitée à ce qui est nécessaire.
informative	Chaque service désigne un référent.
"""


@pytest.mark.parametrize(("force", "sentence"), [row.split("\t") for row in FRENCH.strip().split("\n")])
def test_force_of_french(force: str, sentence: str) -> None:
    assert force_of(sentence) == Force(force)
