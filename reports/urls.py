from django.urls import URLPattern, URLResolver, path

import geodata.paths  # noqa: F401  (registers <plain:…>)
from reports.feeds import AreaFeed, filter_feed
from reports.views import (
    area,
    categories,
    competences,
    drafts,
    evidence,
    exports,
    map,
    sheets,
    statistics,
    submission,
    submit,
    tiles,
    transfer,
    triage,
    trying,
)  # fmt: skip

app_name = "reports"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", map.home, name="home"),
    path("map/", map.submission_map, name="map"),
    path("map/print/", sheets.print_map, name="map_print"),
    path("map/embed/", sheets.embed_map, name="map_embed"),
    path("submissions/new/", submit.new_submission, name="submission_new"),
    path(
        "submissions/track/<plain:token>/", submission.tracked_submission, name="tracked_submission"
    ),
    path("submissions/track/<plain:token>/forget-me/", submission.forget_me, name="forget_me"),
    path("submissions/id/<int:pk>/", submission.submission_by_id, name="submission_by_id"),
    path("submissions/<plain:ref>/", submission.submission, name="submission"),
    path("areas/<slug:level>/<plain:code>/", area.area, name="area"),
    path("statistics/", statistics.statistics, name="statistics"),
    path("exports/statistics.csv", statistics.statistics_csv, name="statistics_csv"),
    path("exports/", exports.open_data, name="open_data"),
    path("exports/submissions.<slug:extension>", exports.export, name="export"),
    path("feeds/submissions/", filter_feed, name="filter_feed"),
    path("feeds/areas/<slug:level>/<plain:code>/", AreaFeed(), name="area_feed"),
    path("competences/", competences.competences, name="competences"),
    path("competences/new/", competences.competence, name="competence_new"),
    path("competences/try/", trying.try_rules, name="competences_try"),
    path("competences/<int:pk>/", competences.competence, name="competence"),
    path("competences/drafts/<int:pk>/", drafts.draft, name="rule_draft"),
    path("competences/drafts/changes/<int:pk>/", drafts.change, name="rule_draft_change"),
    path("competences/categories/", categories.categories, name="categories"),
    path("competences/categories/new/", categories.category, name="category_new"),
    path("competences/categories/<int:pk>/", categories.category, name="category"),
    path(
        "competences/categories/<int:of>/questions/new/", categories.question, name="question_new"
    ),
    path("competences/questions/<int:pk>/", categories.question, name="question"),
    path("competences/groups/new/", categories.group, name="category_group_new"),
    path("competences/groups/<int:pk>/", categories.group, name="category_group"),
    path("competences/move/<slug:what>/<int:pk>/", categories.move_one, name="category_move"),
    path("triage/", triage.triage, name="triage"),
    path("triage/<plain:ref>/transfer/", transfer.transfer, name="transfer"),
    path("triage/<plain:ref>/evidence/", evidence.add, name="add_evidence"),
    path("triage/<plain:ref>/move/", transfer.move_pin, name="move_pin"),
    path("triage/<plain:ref>/", triage.triage_submission, name="triage_submission"),
    path("photos/<int:pk>.jpg", submission.photo, name="photo"),
    path("places/", submit.places, name="places"),
    path("tiles/submissions.json", tiles.submission_tilejson, name="submission_tilejson"),
    path(
        "tiles/submissions/<int:z>/<int:x>/<int:y>.mvt",
        tiles.submission_tile,
        name="submission_tile",
    ),
]
