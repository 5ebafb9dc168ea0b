"""The model of a person; every module says where its rule comes from.

    persons ──► days ──► notifications ──► messages
                  └──────────┴──► sensing ──► decisions

Its numbers are in `parameters`, `app_classes` and `states`, its words in `phrases.json`.
"""
