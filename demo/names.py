"""Invented names: no commune of France bears one of them (a test compares)."""

REGION = "Grand-Large"
DEPARTEMENT = "L’Estran"
TOWN = "Port-Sauveur"
COMMUNES = [
    TOWN, "Grandvase", "Sainte-Avoine", "Quimerzel", "Villegrève", "Marais-le-Comte", "Brandelis",
    "Penhalou", "La Hougue-Claire", "Lanrivel", "Saint-Gonvel", "Courvel", "Aubephare",
    "Les Embruns", "Étrezan", "Trévadec-l’Île", "Beaugréement", "Saint-Melaire-du-Port",
    "Coatvihan", "Montaigle-sur-Grève", "Toulgarec", "L’Anse-aux-Tadornes", "Rochebrisants",
    "La Vigie",
]  # fmt: skip
EPCI = [
    ("999000011", "Port-Sauveur Agglomération"),
    ("999000029", "Communauté de communes des Grèves du Couchant"),
    ("999000037", "Communauté de communes du Haut-Estran"),
]
CANTONS = [
    "de Port-Sauveur-1", "de Port-Sauveur-2", "de Port-Sauveur-3",
    "de La Hougue-Claire", "de Marais-le-Comte", "de La Vigie",
]  # fmt: skip
CANTON_HEARTS = [
    "Saint-Melaire-du-Port", "Trévadec-l’Île", "Penhalou",
    "La Hougue-Claire", "Marais-le-Comte", "La Vigie",
]  # fmt: skip
_LARGER = {TOWN: 61_840, "Quimerzel": 14_320, "La Vigie": 11_075, "Étrezan": 8_960}


def population(commune: str) -> int:
    """An invented number of inhabitants, the same every time."""
    index = COMMUNES.index(commune)
    return _LARGER.get(commune, 640 + (index * 7919) % 4200)
