"""Public data sets of decisions: what is written of each row, and what is left out."""

import math

import pytest
from import_support import rows_of, written

from gym_push import read_log

STEPS = (
    '"","user.index","decision.index","decision.index.nogap","sugg.select.utime",'
    '"sugg.select.slot","sugg.tz","sugg.gmtoff","sugg.decision.utime","avail","send",'
    '"send.active","send.sedentary","recognized.activity","response","dec.location.category",'
    '"dec.weather.condition","jbsteps30pre","jbsteps30","jbsteps30.zero"'
)


def step(user, decision, hour, avail, sent, steps, nogap=None, before="12", decided=True):
    send, active, sedentary = {
        "none": ("FALSE", "FALSE", "FALSE"),
        "active": ("TRUE", "TRUE", "FALSE"),
        "sedentary": ("TRUE", "FALSE", "TRUE"),
        "both": ("TRUE", "TRUE", "TRUE"),
        "missing": ("NA", "NA", "NA"),
    }[sent]
    time = f'"2015-07-24 {hour:02}:31:24"'
    return (
        f'"{decision}",{user},{decision},{decision if nogap is None else nogap},'
        f'"2015-07-24 {hour:02}:30:00",2,"EDT",-14400,{time if decided else "NA"},{avail},{send},'
        f'{active},{sedentary},"STILL",NA,"home",NA,{before},{steps},{steps}'
    )


HEARTSTEPS = "\n".join(
    [
        STEPS,
        step(1, 0, 12, "TRUE", "active", 100),
        step(1, 1, 16, "TRUE", "none", 0, before="NA"),
        step(1, 2, 20, "FALSE", "none", "NA"),
        step(1, 3, 21, "FALSE", "missing", "NA", decided=False),  # not connected
        step(1, 4, 22, "FALSE", "active", 10),
        step(2, 0, 12, "TRUE", "sedentary", 20.5),
        step(2, 1, 13, "TRUE", "none", "NA"),
        step(2, 2, 14, "TRUE", "none", 5, nogap="NA"),
        step(2, 3, 15, "TRUE", "both", 5),
        step(2, 4, 16, "TRUE", "missing", 5),
    ]
)


def test_heartsteps(tmp_path, importing):
    imported = importing("heartsteps", written(tmp_path, "suggestions.csv", HEARTSTEPS))
    assert (imported.found, imported.rows) == (10, 5)
    assert imported.left_out == {
        "sent to somebody not available": 1,
        "steps not measured": 1,
        "the person was travelling": 1,
        "no decision, or several": 2,
    }
    assert imported.outcomes == {
        "decided: active": 1,
        "decided: none": 1,
        "decided: sedentary": 1,
        "not available": 2,
    }
    first, second, third, fourth, other = rows_of(imported)
    assert first == {
        "user": "1",
        "dayOfWeek": "Fri",
        "minuteOfDay": 8 * 60 + 31,
        "slot": "2",
        "activity": "STILL",
        "place": "home",
        "weather": None,
        "stepsBefore": 12,
        "available": True,
        "time": "2015-07-24T08:31:24.000-04:00",
        "decision": "active",
        "steps30": 100,
        "logSteps30": math.log(100.5),
        "response": None,
    }
    assert second["logSteps30"] == math.log(0.5) and second["stepsBefore"] is None
    assert (third["decision"], third["available"], third["steps30"]) == ("none", False, None)
    assert fourth["time"] == "2015-07-24T17:30:00.000-04:00"  # the time that was chosen
    assert other["decision"] == "sedentary" and other["user"] == "2"
    log = read_log(imported.path)
    assert (len(log), log.users) == (5, ("1", "2")) and set(log.offsets.tolist()) == {-240}
    assert log.schema.decisions.propensity == {"none": 0.4, "sedentary": 0.3, "active": 0.3}


def test_rows_of_heartsteps_without_person_or_zone_are_left_out(tmp_path, importing):
    lines = HEARTSTEPS.split("\n")
    lines[1] = lines[1].replace('"0",1,', '"0",NA,')
    lines[2] = lines[2].replace("-14400", "NA")
    imported = importing("heartsteps", written(tmp_path, "suggestions.csv", "\n".join(lines)))
    assert imported.rows == 3
    assert imported.left_out["no person"] == imported.left_out["no time, or no time zone"] == 1
    assert not imported.notes
    other = HEARTSTEPS.replace("sugg.gmtoff", "other")
    imported = importing("heartsteps", written(tmp_path, "other.csv", other), force=True)
    assert imported.notes == ("times are UTC, as the file has no sugg.gmtoff",)
    assert rows_of(imported)[0]["time"] == "2015-07-24T12:31:24.000+00:00"


ORALYTICS = """\
,user_id,user_decision_t,decision_time,schedule_id,action,prob,quality,state_tod,state_b_bar
0,robas+7@example.com,0,2023-03-10 07:30:00,robas+7@example.com_day=0,1,0.49,167.0,0.0,-1.01
1,robas+7@example.com,1,2023-03-10 17:00:00,robas+7@example.com_day=0,0,0.25,0.0,1.0,-1.01
2,robas+9@example.com,0,2023-03-11 08:00:00,robas+9@example.com_day=0,0,0.2,184.5,0.0,0.3
3,robas+9@example.com,1,2023-03-11 18:00:00,robas+9@example.com_day=0,1,0.8,,1.0,0.3
4,robas+9@example.com,2,,robas+9@example.com_day=0,1,0.8,3,1.0,0.3
5,robas+9@example.com,3,2023-03-12 18:00:00,robas+9@example.com_day=0,,0.8,3,1.0,0.3
6,robas+9@example.com,4,2023-03-13 18:00:00,robas+9@example.com_day=0,0,1,3,1.0,0.3
7,robas+9@example.com,5,2023-03-13 18:00:00,robas+9@example.com_day=0,0,0.5,3,1.0,
"""


def test_oralytics(tmp_path, importing):
    imported = importing("oralytics", written(tmp_path, "oralytics_pilot_data.csv", ORALYTICS))
    assert (imported.found, imported.rows) == (8, 3)
    assert imported.left_out == {
        "brushing not measured": 1,
        "no time": 1,
        "no decision, or no probability": 1,
        "decided against all probability": 1,
        "state not known": 1,
    }
    assert imported.outcomes == {"decided: send": 1, "decided: none": 2}
    rows = rows_of(imported)
    users = [row.pop("user") for row in rows]
    assert users[0] == users[1] != users[2] and all(len(user) == 16 for user in users)
    assert rows[1] == {
        "dayOfWeek": "Fri",
        "minuteOfDay": 17 * 60,
        "state_tod": 1.0,
        "state_b_bar": -1.01,
        "time": "2023-03-10T17:00:00.000",
        "action": "none",
        "prob": 0.25,  # of sending, which the recipe knows
        "quality": 0.0,
    }
    assert [row["action"] for row in rows] == ["send", "none", "none"]
    log = read_log(imported.path)
    assert log.schema.decisions.propensity == {"send": "prob", "none": "rest"}
    assert log.offsets is None
    assert (
        b"robas" not in imported.path.read_bytes() and b"example" not in imported.path.read_bytes()
    )


def test_a_row_of_oralytics_without_a_person_is_left_out(tmp_path, importing):
    text = ORALYTICS.replace("1,robas+7@example.com", "1,NA", 1)
    imported = importing("oralytics", written(tmp_path, "pilot.csv", text))
    assert (imported.rows, imported.left_out["no person"]) == (2, 1)


ITEMS = """\
,timestamp,item_id,position,click,propensity_score,user_feature_0,user_feature_1,\
user-item_affinity_0,user-item_affinity_1
0,2019-11-24 00:03:13.442536+00:00,14,3,0,0.029411764705882353,cef3390e,03a5648a,0.0,2.0
1,2019-11-24 00:05:39.519963+00:00,31,1,1,0.5,81ce123c,03a5648a,1.0,0.0
2,2019-11-25 09:00:00.000000+00:00,2,2,0,,81ce123c,03a5648a,0.0,0.0
3,2019-11-25 09:00:01.000000+00:00,2,2,0,0,81ce123c,03a5648a,0.0,0.0
4,2019-11-25 09:00:02.000000+00:00,2,2,,0.5,81ce123c,03a5648a,0.0,0.0
5,2019-11-25 09:00:03.000000+00:00,,2,1,0.5,81ce123c,03a5648a,0.0,0.0
"""


def test_open_bandit(tmp_path, importing):
    imported = importing("open-bandit", written(tmp_path, "men.csv", ITEMS))
    assert (imported.found, imported.rows) == (6, 2)
    assert imported.left_out == {"no item, or no probability": 3, "no click told": 1}
    assert imported.outcomes == {"not clicked": 1, "clicked": 1}
    assert rows_of(imported)[0] == {
        "position": "3",
        "user_feature_0": "cef3390e",
        "user_feature_1": "03a5648a",
        "user-item_affinity_0": 0.0,
        "user-item_affinity_1": 2.0,
        "timestamp": "2019-11-24 00:03:13.442536+00:00",
        "click": "false",
        "item_id": "14",
        "propensity_score": 0.029411764705882353,
    }
    log = read_log(imported.path)
    assert log.actions.tolist() == [0, 1] and set(log.offsets.tolist()) == {0}


def test_a_row_of_the_open_bandit_without_a_time_or_an_affinity_is_left_out(tmp_path, importing):
    text = ITEMS.replace("03a5648a,0.0,2.0", "03a5648a,,2.0")
    text += "6,,14,3,1,0.5,cef3390e,03a5648a,0.0,2.0\n"
    imported = importing("open-bandit", written(tmp_path, "men.csv", text))
    assert (imported.rows, imported.left_out["no time, or an affinity not known"]) == (1, 2)
    assert len(read_log(imported.path)) == 1


PERSON = "09b112bc2b67d4a5"
NOTIFICATIONS = """\
,id,appPackage,category,numberUpdates,subject,priority,ongoing,visibility
0,0,com.android.chrome,unknown,none,unknown,min,False,private
1,1,com.whatsapp,msg,low,arts & entertainment,high,True,private
2,2,com.whatsapp,msg,low,unknown,high,False,secret
3,3,com.whatsapp,msg,low,unknown,high,False,private
4,4,com.whatsapp,msg,low,unknown,high,False,private
"""
POSTING = """\
,id,day,time,place,activity,noise,batteryLevel,charging,headphonesIn,musicActive,proximity,\
ringerMode,lightIntensity
0,0,0,early-morning,unknown,unknown,unknown,unknown,False,False,False,unknown,normal,unknown
1,1,6,night,TYPE_BAR,foot walking,high,low,True,True,False,near,vibrate,low
2,2,6,night,unknown,still,high,low,True,True,False,near,vibrate,low
4,4,6,night,unknown,still,high,low,True,True,False,near,vibrate,low
9,9,6,night,unknown,still,high,low,True,True,False,near,vibrate,low
"""
REMOVAL = """\
,id,activity,noise,batteryLevel,charging,contactSignificantContext,contactSignificantOverall,\
decisionTime,headphonesIn,lightIntensity,musicActive,place,proximity,responseTime,ringerMode,\
seenTime,action,timeAppLastUsed,postDate,removedDate
0,0,still,low,medium,False,unknown,false,1494.2,False,low,False,unknown,med,1517.4,vibrate,23.19,\
False,over a week ago,2019-02-18 04:55:12.955030,2019-02-18 05:20:30.377821
1,1,still,low,medium,False,true,True,14.5,False,low,False,unknown,med,18.9,vibrate,4.4,True,\
few mins,2019-02-24 23:17:57.958701,2019-02-24 23:18:16.870071
2,2,still,low,medium,False,true,True,14.5,False,low,False,unknown,med,18.9,vibrate,4.4,,\
few mins,2019-02-24 23:17:57.958701,2019-02-24 23:18:16.870071
4,4,still,low,medium,False,true,True,14.5,False,low,False,unknown,med,18.9,vibrate,4.4,True,\
few mins,,
"""
THREE = dict(
    zip(
        ("notifications.csv", "context_on_posting.csv", "context_on_removal.csv"),
        (NOTIFICATIONS, POSTING, REMOVAL),
        strict=True,
    )
)


@pytest.fixture
def person(tmp_path):
    for name, text in THREE.items():
        written(tmp_path / "data" / PERSON, name, text)
    return tmp_path / "data" / PERSON


def test_ten_persons(person, importing):
    imported = importing("ten-persons", person)
    assert (imported.found, imported.rows) == (5, 2)
    assert imported.left_out == {"no context": 1, "no answer": 1, "no time": 1}
    assert imported.outcomes == {"dismissed": 1, "opened": 1}
    assert f"ids of {PERSON} that are in no notifications.csv: 1" in imported.notes
    rows = rows_of(imported)
    assert rows[1] == {
        "appPackage": "com.whatsapp",
        "category": "msg",
        "numberUpdates": "low",
        "subject": "arts & entertainment",
        "priority": "high",
        "ongoing": True,
        "visibility": "private",
        "day": "6",
        "time": "night",
        "place": "TYPE_BAR",
        "activity": "foot walking",  # at the posting, not at the removal
        "noise": "high",
        "batteryLevel": "low",
        "charging": True,
        "headphonesIn": True,
        "musicActive": False,
        "proximity": "near",
        "ringerMode": "vibrate",
        "lightIntensity": "low",
        "postDate": "2019-02-24 23:17:57.958701",
        "action": "true",
        "responseTime": 18.9,
        "seenTime": 4.4,
        "decisionTime": 14.5,
        "contactSignificantContext": True,
        "contactSignificantOverall": True,
        "timeAppLastUsed": "few mins",
    }
    assert rows[0]["contactSignificantContext"] is None
    log = read_log(imported.path)
    assert log.actions.tolist() == [0, 1] and log.users == ()
    assert log.schema.meanings["response_time"] == "responseTime"


def test_several_people_of_the_ten(person, importing):
    for name, text in THREE.items():
        written(person.parent / "ffff", name, text)
    imported = importing("ten-persons", person.parent)
    assert (imported.found, imported.rows) == (10, 4)
    assert read_log(imported.path).users == (PERSON, "ffff")


def test_a_person_whose_tables_are_joined_already(person, importing, tmp_path):
    import pandas as pd

    tables = [pd.read_csv(person / name, index_col=0, dtype=str) for name in THREE]
    after = tables[2].drop(columns="timeAppLastUsed")
    same = [name for name in after if name in tables[1] and name != "id"]
    joined = tables[0].merge(tables[1], on="id").merge(after.drop(columns=same), on="id")
    joined.to_csv(tmp_path / "one.csv", index=False)
    imported = importing("ten-persons", tmp_path / "one.csv")
    assert (imported.found, imported.rows) == (4, 2)
    assert read_log(imported.path).actions.tolist() == [0, 1]
