"""A French default set to start from.  A deployment must check it against its own statutes."""

from django.db import migrations

# kind, code, names, the duty as the reason names it, who answers by default, legal basis
CGCT = "CGCT (code général des collectivités territoriales)"
CATEGORIES = [
    ("report", "voirie", "Voirie, nid-de-poule", "Road surface, pothole",
     "voirie", "local roads", "commune", f"{CGCT}, art. L2212-2 et L2321-2 20°"),
    ("report", "eclairage", "Éclairage public", "Street lighting",
     "éclairage public", "street lighting", "commune", f"{CGCT}, art. L2212-2 1°"),
    ("report", "proprete", "Propreté, dépôt sauvage", "Cleanliness, fly-tipping",
     "propreté des rues", "street cleaning", "commune", f"{CGCT}, art. L2212-2 1°"),
    ("report", "dechets", "Déchets, bacs, points de tri", "Waste collection, recycling",
     "collecte des déchets", "waste collection", "epci", f"{CGCT}, art. L2224-13 et L5214-16 5°"),
    ("report", "espaces-verts", "Espaces verts, arbres", "Green spaces, trees",
     "espaces verts", "green spaces", "commune", f"{CGCT}, art. L2121-29"),
    ("report", "eau", "Eau, égouts, fuites", "Water, sewers, leaks",
     "eau et assainissement", "water and sewerage", "epci", f"{CGCT}, art. L5216-5 8° à 10°"),
    ("report", "mobilier-urbain", "Mobilier urbain, panneaux", "Street furniture, signs",
     "mobilier urbain", "street furniture", "commune", f"{CGCT}, art. L2212-2 1°"),
    ("report", "transport", "Arrêts et transports", "Stops and transport",
     "transports publics", "public transport", "epci", "Code des transports, art. L1231-1"),
    ("report", "colleges", "Abords des collèges", "Around lower secondary schools",
     "collèges", "lower secondary schools", "departement", "Code de l'éducation, art. L213-2"),
    ("proposal", "amenagement", "Aménagement de l'espace public", "Public space",
     "aménagement de l'espace public", "public space", "commune", f"{CGCT}, art. L2121-29"),
    ("proposal", "mobilite", "Mobilités douces", "Walking and cycling",
     "mobilités", "mobility", "epci", "Code des transports, art. L1231-1-1"),
    ("proposal", "nature", "Nature en ville", "Nature in town",
     "nature en ville", "nature in town", "commune", f"{CGCT}, art. L2121-29"),
    ("proposal", "vie-de-quartier", "Vie de quartier", "Neighbourhood life",
     "vie de quartier", "neighbourhood life", "commune", f"{CGCT}, art. L2143-1"),
    ("proposal", "culture-sport", "Culture et sport", "Culture and sport",
     "culture et sport", "culture and sport", "commune", f"{CGCT}, art. L1111-4"),
]  # fmt: skip


def add_defaults(apps, schema_editor):
    Category = apps.get_model("reports", "Category")
    Competence = apps.get_model("reports", "Competence")
    level = {row.code: row for row in apps.get_model("geodata", "Level").objects.all()}
    for position, (kind, code, fr, en, duty_fr, duty_en, answers, basis) in enumerate(CATEGORIES):
        category = Category.objects.create(
            kind=kind, code=code, name_fr=fr, name_en=en,
            duty_fr=duty_fr, duty_en=duty_en, position=position,
        )  # fmt: skip
        Competence.objects.create(
            category=category, level=level[answers], priority=100, legal_basis=basis
        )
    # Where nothing else answers: the commune, by its general competence.
    Competence.objects.create(
        category=None, level=level["commune"], priority=900, legal_basis=f"{CGCT}, art. L2121-29"
    )


class Migration(migrations.Migration):
    dependencies = [("reports", "0002_history_is_append_only"), ("geodata", "0003_french_levels")]
    operations = [migrations.RunPython(add_defaults, migrations.RunPython.noop)]
