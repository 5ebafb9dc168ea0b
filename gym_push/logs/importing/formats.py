"""The formats that can be imported: one table, a file of code for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from gym_push.logs.importing import (
    adb,
    android_log,
    duolingo,
    heartsteps,
    open_bandit,
    oralytics,
    ten_persons,
)
from gym_push.logs.importing.looks import Look
from gym_push.logs.importing.pieces import Reader


@dataclass(frozen=True)
class Format:
    """A format of files.

    Attributes:
        about: What they are, in a few words.
        files: Which files to name, and where one has them from.
        recognises: Returns whether a file looks like one of them.
        open: Returns the reading of some.
        suffixes: Of the files that count in a folder.
    """

    about: str
    files: str
    recognises: Callable[[Look], bool]
    open: Reader
    suffixes: tuple[str, ...] = (".csv",)

    @property
    def help(self) -> str:
        """What the format is, and what it takes, in a sentence."""
        return f"{self.about[0].upper()}{self.about[1:]}: {self.files}."


_FORMATS: Final = {
    "android-log": Format(
        "an export of the Android app Notification Log",
        "the JSON file that the app exports (github.com/interactionlab/android-notification-log)",
        android_log.recognises,
        android_log.open_android_log,
        (".json",),
    ),
    "adb": Format(
        "the event log of an Android phone",
        "what  adb logcat -b events -d -v year -v zone  prints, and if you like what  adb shell "
        "dumpsys usagestats  prints",
        adb.recognises,
        adb.open_adb,
        (".txt", ".log"),
    ),
    "ten-persons": Format(
        "logs of ten people, of 2019",
        "the folders of people, each with notifications.csv, context_on_posting.csv and "
        "context_on_removal.csv (github.com/kieranfraser/gym-push-old)",
        ten_persons.recognises,
        ten_persons.open_ten_persons,
    ),
    "duolingo": Format(
        "reminders of Duolingo, with random templates",
        "the Parquet files (doi.org/10.7910/DVN/23ZWVI), or a folder of them",
        duolingo.recognises,
        duolingo.open_duolingo,
        (".parquet",),
    ),
    "open-bandit": Format(
        "the Open Bandit Dataset",
        "CSV files of one campaign, such as random/men/men.csv (research.zozo.com/data.html)",
        open_bandit.recognises,
        open_bandit.open_open_bandit,
    ),
    "heartsteps": Format(
        "the HeartSteps V1 trial",
        "suggestions.csv (github.com/klasnja/HeartStepsV1)",
        heartsteps.recognises,
        heartsteps.open_heartsteps,
    ),
    "oralytics": Format(
        "the pilot of the Oralytics trial",
        "oralytics_pilot_data.csv (github.com/StatisticalReinforcementLearningLab)",
        oralytics.recognises,
        oralytics.open_oralytics,
    ),
}

FORMATS: Final[Mapping[str, Format]] = MappingProxyType(_FORMATS)
"""The formats by name."""
