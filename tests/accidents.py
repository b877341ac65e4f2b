"""Small tables of road accidents: invented rows under the header lines of the published files.

The header lines of `caracteristiques` until 2018 and since 2019, and what `grav` 1 to 4 mean, were
compared with public copies; those of the three other tables, and the tabs of 2009, follow the
descriptions only.
"""

import io
import zipfile
from pathlib import Path

OLD = {
    "caracteristiques_2016.csv": "\n".join(
        [
            "Num_Acc,an,mois,jour,hrmn,lum,agg,int,atm,col,com,adr,gps,lat,long,dep",
            '201600000001,16,2,1,1445,1,2,1,8,3,5,"46, rue Sonneville",M,4550000,50000,10',
            "201600000002,16,3,16,1800,1,2,6,1,6,5,rue Joliot Curie,M,0,0,10",
            "201600000003,16,7,13,1900,1,1,1,1,6,11,1 rue de l'Église,M,,,10",
            "201600000004,16,8,2,1930,2,2,1,7,3,477,RD 1,M,50000,4550000,10",
            "201600000005,16,12,23,815,1,1,1,1,3,105,Basse-Terre,A,1600000,-6170000,971",
        ]
    ),
    "lieux_2016.csv": "Num_Acc,catr,voie\n201600000001,3,39\n201600000005,4,0\n",
    "vehicules_2016.csv": "Num_Acc,senc,catv\n201600000001,0,01\n201600000001,0,7\n",
    "usagers_2016.csv": "\n".join(
        [
            "Num_Acc,place,catu,grav,sexe,num_veh",
            "201600000001,1,1,1,2,B02",
            "201600000001,1,1,3,1,A01",
            "201600000001,,3,2,1,A01",
            "201600000005,1,1,4,1,A01",
        ]
    ),
}
"""Until 2018: commas, Latin-1, degrees × 100,000, départements with a trailing zero."""

NEW = {
    "carcteristiques-2022.csv": "\n".join(
        [
            '"Accident_Id";"jour";"mois";"an";"hrmn";"lum";"dep";"com";"agg";"int";"atm";"col";'
            '"adr";"lat";"long"',
            '"202200000001";"19";"10";"2022";"16:15";"1";"26";"26198";"2";"3";"1";"3";'
            '"TEIL(vieille route du)";"45,5001";"0,5001"',
            '"202200000002";"20";"10";"2022";"08:34";"1";"26";"26198";"2";"3";"1";"3";"x";"0";"0"',
        ]
    ),
    "lieux-2022.csv": '"Num_Acc";"catr";"vma"\n"202200000001";"4";"50"\n',
    "vehicules-2022.csv": '"Num_Acc";"id_vehicule";"catv"\n"202200000001";"1";"7"\n',
    "usagers-2022.csv": '"Num_Acc";"id_usager";"catu";"grav"\n"202200000001";"1";"1";"4"\n'
    '"202200000001";"2";"1";"-1"\n',
}
"""Since 2019: semicolons, UTF-8, decimal commas, INSEE codes; 2022 calls the key Accident_Id."""


_OTHERS = {
    "lieux": "Num_Acc,catr\n201700000001,3\n",
    "vehicules": "Num_Acc,catv\n201700000001,7\n",
    "usagers": "Num_Acc,catu,grav\n201700000001,1,4\n",
}
_UNTIL_2018 = (
    "Num_Acc,an,mois,jour,hrmn,lum,agg,int,atm,col,com,adr,gps,lat,long,dep\n"
    "201700000001,17,1,11,1820,5,1,1,1,1,477,rue {},M,5038178,0233586,620\n"
)
_SINCE_2019 = (
    "Num_Acc;jour;mois;an;hrmn;lum;dep;com;agg;int;atm;col;adr;lat;long\n"
    "201700000001;11;1;2017;18:20;5;62;62477;2;1;1;1;rue {};50,3817800000;2,3358600000\n"
)

PUBLISHED = {
    "until 2018": _UNTIL_2018,
    "until 2018, with tabs": _UNTIL_2018.replace(",", "\t"),
    "since 2019": _SINCE_2019,
    "since 2019, all quoted": "".join(
        ";".join(f'"{cell}"' for cell in line.split(";")) + "\n"
        for line in _SINCE_2019.splitlines()
    ),
}
"""The same accident as each of the formats writes it."""


def one_accident(written: str) -> dict[str, str]:
    """A year of one accident, its `caracteristiques` as PUBLISHED has them."""
    tables = {f"{stem}-2017.csv": text for stem, text in _OTHERS.items()}
    return {"caracteristiques-2017.csv": written.format("du Bac"), **tables}


def packed(*years: dict[str, str]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for tables in years:
            for name, text in tables.items():
                archive.writestr(name, _encoded(tables, text))
    return content.getvalue()


def written(folder: Path, tables: dict[str, str]) -> list[Path]:
    for name, text in tables.items():
        (folder / name).write_bytes(_encoded(tables, text))
    return [folder / name for name in tables]


def _encoded(tables: dict[str, str], text: str) -> bytes:
    return text.encode("latin-1" if tables is OLD else "utf-8")
