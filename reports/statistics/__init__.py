"""Statistics under the one filter (docs/statistics.md).

`numbers` what is counted, kept or anew · `delays` how long it took, and how many people ·
`comparing` areas side by side · `figures` all of it for one page · `chart` its drawing ·
`counts` the short counts of home and territory pages.
"""
