"""What the island's residents write, and what its collectivities answer."""

from random import Random

# category → (what is seen, what it does)
REPORTS: dict[str, tuple[list[str], list[str]]] = {
    "voirie": (
        ["Un nid-de-poule profond {where}.", "Le bitume s’est affaissé {where}.",
         "La chaussée est fissurée sur plusieurs mètres {where}.",
         "Une plaque d’égout dépasse de la route {where}.",
         "Le trottoir est défoncé {where}.", "Les pavés se déchaussent {where}.",
         "Une bordure s’est effondrée {where}.", "Des gravillons partout {where}."],
        ["Les vélos font un écart dangereux.", "Un scooter est tombé {when}.",
         "L’eau y stagne à chaque pluie.", "Impossible d’y passer avec une poussette.",
         "On l’entend à chaque voiture qui passe.", "C’est pire {when}."],
    ),
    "eclairage": (
        ["Le lampadaire est éteint {where}.", "Un lampadaire clignote toute la nuit {where}.",
         "Trois lampadaires de suite sont en panne {where}.",
         "L’éclairage reste allumé en plein jour {where}.",
         "Un candélabre penche {where}.", "Le cache d’un lampadaire est ouvert {where}."],
        ["On n’y voit rien en rentrant le soir.", "Le passage piéton est dans le noir.",
         "C’est ainsi {when}.", "Des fils sont visibles.", "Les enfants y passent pour l’école."],
    ),
    "proprete": (
        ["Des sacs et un matelas abandonnés {where}.", "Dépôt de gravats {where}.",
         "Un réfrigérateur laissé sur le trottoir {where}.",
         "Du verre brisé {where}.", "La corbeille déborde {where}.",
         "Des tags sur tout le mur {where}.", "Des pneus jetés {where}."],
        ["Les goélands éventrent les sacs.", "Le tas grossit {when}.",
         "L’odeur devient pénible.", "Un chien s’y est blessé.", "Cela revient chaque semaine."],
    ),
    "dechets": (
        ["Le point de tri est plein {where}.", "La collecte n’est pas passée {where}.",
         "Le bac jaune a une roue cassée {where}.", "Le conteneur à verre est bloqué {where}.",
         "Les bacs restent sur le trottoir {where}."],
        ["Les gens posent les cartons à côté.", "Rien n’a été ramassé {when}.",
         "Plusieurs voisins sont dans le même cas.", "Le couvercle ne ferme plus."],
    ),
    "espaces-verts": (
        ["Une branche menace de tomber {where}.", "La haie déborde sur le trottoir {where}.",
         "L’herbe a envahi l’allée {where}.", "Un jeune arbre est cassé {where}.",
         "Le banc du square est entouré de ronces {where}."],
        ["Il faut descendre sur la route pour passer.", "Le vent d’ouest n’arrange rien.",
         "Personne n’est venu {when}.", "On ne voit plus le panneau."],
    ),
    "eau": (
        ["De l’eau coule de la chaussée {where}.", "L’avaloir est bouché {where}.",
         "Une forte odeur d’égout {where}.", "La borne fontaine fuit {where}.",
         "Le regard déborde à marée haute {where}."],
        ["Le caniveau est plein {when}.", "La cave d’à côté a pris l’eau.",
         "La pression a baissé dans la maison.", "Cela gèle le matin."],
    ),
    "mobilier-urbain": (
        ["Le panneau stop est couché {where}.", "Un banc a perdu deux lattes {where}.",
         "Le potelet est arraché {where}.", "Le plan de la ville est illisible {where}.",
         "Le miroir du carrefour est cassé {where}."],
        ["Les voitures se garent maintenant sur le trottoir.", "Le carrefour est dangereux.",
         "Il est ainsi {when}.", "Un boulon dépasse."],
    ),
    "transport": (
        ["L’abribus a une vitre brisée {where}.", "L’horaire affiché est périmé {where}.",
         "Le car ne s’arrête plus {where}.", "L’arrêt n’est pas accessible en fauteuil {where}."],
        ["On attend sous la pluie.", "Les collégiens le prennent chaque matin.",
         "C’est signalé au chauffeur {when}."],
    ),
    "colleges": (
        ["La grille du collège ne ferme plus {where}.",
         "Le parvis du collège est inondé {where}.",
         "Le garage à vélos du collège est plein {where}."],
        ["Les élèves patientent sur la route.", "C’est le cas {when}.", "Un muret s’effrite."],
    ),
}  # fmt: skip
PROPOSALS: dict[str, tuple[list[str], list[str]]] = {
    "amenagement": (
        ["Rendre la place piétonne le dimanche {where}.", "Poser des bancs à l’ombre {where}.",
         "Ralentir les voitures par un plateau {where}.",
         "Installer une fontaine à eau {where}.", "Refaire le parvis {where}."],
        ["Les anciens n’ont nulle part où s’asseoir.", "Le marché y gagnerait.",
         "Nous sommes une dizaine de riverains à le souhaiter."],
    ),
    "mobilite": (
        ["Tracer une bande cyclable {where}.", "Ajouter des arceaux à vélos {where}.",
         "Créer un pédibus {where}.", "Prolonger la ligne de car {where}."],
        ["Beaucoup viendraient sans voiture.", "L’école est à dix minutes à pied.",
         "Le relief s’y prête."],
    ),
    "nature": (
        ["Planter un verger partagé {where}.", "Laisser une prairie fleurie {where}.",
         "Désimperméabiliser le parking {where}.", "Ouvrir un jardin collectif {where}."],
        ["L’été, il y fait trop chaud.", "Des habitants sont prêts à l’entretenir.",
         "Les abeilles nous remercieront."],
    ),
    "vie-de-quartier": (
        ["Une boîte à livres {where}.", "Une fête des voisins avec la rue fermée {where}.",
         "Un tableau d’affichage libre {where}.", "Un local pour les associations {where}."],
        ["Il n’y a plus de café.", "Les nouveaux arrivants se connaîtraient mieux.",
         "Le comité s’en occuperait."],
    ),
    "culture-sport": (
        ["Un terrain de boules éclairé {where}.", "Une fresque sur le mur aveugle {where}.",
         "Des agrès face à la mer {where}.", "Un cinéma en plein air {where}."],
        ["Les jeunes n’ont rien le soir.", "Le mur est vide depuis des années.",
         "Le club prêterait le matériel."],
    ),
}  # fmt: skip
PLACES = [
    "devant l’école", "à l’angle de la {street}", "dans la {street}", "au bout de la {street}",
    "près de l’arrêt de car", "à côté du lavoir", "face à la boulangerie", "derrière l’église",
    "au carrefour de la {street}", "devant la mairie annexe", "le long du stade",
    "en haut de la {street}", "sur le quai", "devant le numéro {number} de la {street}",
]  # fmt: skip
STREETS = [
    "rue du Port", "rue de l’Église", "rue des Marins", "rue de la Poste", "rue du Lavoir",
    "rue de l’École", "rue Jeanne-Le-Goff", "rue du Marché", "rue de la Cale", "rue Neuve",
    "rue des Salines", "venelle du Four", "rue du Calvaire", "route du Phare",
]  # fmt: skip
WHENS = ["depuis une semaine", "depuis la tempête", "depuis quinze jours", "hier", "ce week-end",
         "depuis le début du mois", "depuis des semaines", "samedi dernier"]  # fmt: skip
TAKEN_UP = ["Merci, un agent passe sur place cette semaine.", "C’est transmis à nos équipes.",
            "Bien noté, nous vérifions sur place.", ""]  # fmt: skip
PLANNED = ["L’intervention est prévue le mois prochain.", "Inscrit au programme du trimestre.",
           "Le matériel est commandé."]  # fmt: skip
DONE = [
    "C’est fait, merci de votre signalement.",
    "Réparé ce matin.",
    "L’équipe est intervenue ; dites-nous si cela se reproduit.",
    "Terrain remis en état.",
]
CARRIED_OUT = ["C’est réalisé, venez voir.", "Inauguré avec les habitants samedi."]
REFUSED = ["Le terrain est privé : nous avons écrit à son propriétaire.",
           "Le budget de l’année est engagé ; proposez-le à nouveau au printemps.",
           "Nous n’avons rien constaté sur place."]  # fmt: skip
NOTES = ["Vu avec le chef d’équipe.", "À regrouper avec les demandes voisines.",
         "Photo à demander si cela revient."]  # fmt: skip


def description(random: Random, category: str) -> str:
    """One or two sentences a resident could have written."""
    seen, effects = (REPORTS | PROPOSALS)[category]
    street = random.choice(STREETS)
    where = random.choice(PLACES).format(street=street, number=random.randrange(2, 80))
    first = random.choice(seen).format(where=where)
    if random.random() < 0.2:
        return first
    return f"{first} {random.choice(effects).format(when=random.choice(WHENS))}"
