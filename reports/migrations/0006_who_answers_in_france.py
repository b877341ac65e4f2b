"""Groups, duties worded as subjects of a sentence, and the rules that roads and métropoles need.

A default to start from: a deployment must check it against its own statutes (docs/who-answers.md).
What somebody has already changed stays as it is.
"""

from django.db import migrations

CGCT = "CGCT (code général des collectivités territoriales)"

# code → the duty as the subject of "… est une compétence communale", "… is a duty of …"
DUTIES = {
    "voirie": ("voirie", "la voirie", "road maintenance"),
    "eclairage": ("éclairage public", "l’éclairage public", "street lighting"),
    "proprete": ("propreté des rues", "la propreté des rues", "street cleaning"),
    "dechets": ("collecte des déchets", "la collecte des déchets", "waste collection"),
    "espaces-verts": ("espaces verts", "l’entretien des espaces verts",
                      "the upkeep of green spaces"),
    "eau": ("eau et assainissement", "la gestion de l’eau", "water and sewerage management"),
    "mobilier-urbain": ("mobilier urbain", "le mobilier urbain", "street furniture"),
    "transport": ("transports publics", "l’organisation des transports", "public transport"),
    "colleges": ("collèges", "la gestion des collèges",
                 "the upkeep of lower secondary schools"),
    "amenagement": ("aménagement de l'espace public", "l’aménagement de l’espace public",
                    "the design of public space"),
    "mobilite": ("mobilités", "l’organisation des mobilités", "mobility"),
    "nature": ("nature en ville", "la nature en ville", "nature in town"),
    "vie-de-quartier": ("vie de quartier", "la vie de quartier", "neighbourhood life"),
    "culture-sport": ("culture et sport", "le soutien à la culture et au sport",
                      "support for culture and sport"),
}  # fmt: skip

GROUPS = {
    "rue": ("La rue", "The street", ["voirie", "eclairage", "proprete", "mobilier-urbain"]),
    "services": ("Eau, déchets, transports", "Water, waste, transport",
                 ["dechets", "eau", "transport"]),
    "equipements": ("Équipements et espaces verts", "Amenities and green spaces",
                    ["espaces-verts", "colleges"]),
    "propositions": ("Propositions", "Proposals",
                     ["amenagement", "mobilite", "nature", "vie-de-quartier", "culture-sport"]),
}  # fmt: skip

STATE_ROADS = ("DIR", "Direction interdépartementale des routes (État)")

# priority, category, level or None (the State), natures, road classes, legal basis
RULES = [
    (10, "voirie", None, [], ["motorway", "national"],
     "Code de la voirie routière, art. L121-1 : le domaine routier national appartient à l'État,"
     " sauf transfert."),
    (20, "voirie", "epci", ["metropole", "cu"], [],
     f"{CGCT}, art. L5217-2 I 2° b (métropoles) et L5215-20 I 2° b (communautés urbaines) : la"
     " voirie, y compris les routes départementales que le département leur a transférées."),
    (30, "voirie", "departement", [], ["departmental"],
     "Code de la voirie routière, art. L131-2 : les routes départementales sont à la charge du"
     " département."),
    (20, "eclairage", "epci", ["metropole", "cu"], [],
     f"{CGCT}, art. L5217-2 et L5215-20 : accessoire de la voirie métropolitaine."),
    (20, "mobilier-urbain", "epci", ["metropole"], [],
     f"{CGCT}, art. L5217-2 I 2° b : signalisation et abris de voyageurs."),
]  # fmt: skip


def add(apps, schema_editor):
    _word_duties(apps.get_model("reports", "Category"))
    _group(apps)
    _add_rules(apps)
    # Those that sent an address gave it to whom it was routed.
    Submission = apps.get_model("reports", "Submission")
    from django.db.models import F

    Submission.objects.filter(received_by=None).update(received_by=F("responsible"))


def _word_duties(Category):
    for code, (before, fr, en) in DUTIES.items():
        Category.objects.filter(code=code, duty_fr=before).update(duty_fr=fr, duty_en=en)


def _group(apps):
    for position, (code, (fr, en, categories)) in enumerate(GROUPS.items()):
        group = apps.get_model("reports", "CategoryGroup").objects.create(
            code=code, name_fr=fr, name_en=en, position=position
        )
        apps.get_model("reports", "Category").objects.filter(code__in=categories).update(
            group=group
        )


def _add_rules(apps):
    Competence = apps.get_model("reports", "Competence")
    levels = {row.code: row for row in apps.get_model("geodata", "Level").objects.all()}
    categories = {row.code: row for row in apps.get_model("reports", "Category").objects.all()}
    code, name = STATE_ROADS
    state, _created = apps.get_model("geodata", "Collectivity").objects.get_or_create(
        level=None, code=code, defaults={"name": name}
    )
    for priority, category, level, natures, classes, basis in RULES:
        if category not in categories or (level and level not in levels):
            continue
        Competence.objects.create(
            category=categories[category],
            priority=priority,
            answers_by="level" if level else "collectivity",
            level=levels[level] if level else None,
            collectivity=None if level else state,
            collectivity_was="" if level else name,
            natures=natures,
            condition="road" if classes else "",
            road_classes=classes,
            legal_basis=basis,
        )


def remove(apps, schema_editor):
    """The rules by what they say; groups and wordings stay, which harms nothing."""
    Competence = apps.get_model("reports", "Competence")
    for priority, category, _level, _natures, _classes, basis in RULES:
        Competence.objects.filter(
            category__code=category, priority=priority, legal_basis=basis
        ).delete()


class Migration(migrations.Migration):
    dependencies = [("reports", "0005_territory_rules"), ("geodata", "0003_french_levels")]
    operations = [migrations.RunPython(add, remove)]
