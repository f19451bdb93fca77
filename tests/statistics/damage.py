#!/usr/bin/env python3
"""damage.py DIRECTORY PERIOD NOW: the figures of `jaga report monthly` (PERIOD as 2026-11) or yearly (2026) as JSON,
computed from the records of a working directory without jaga: YAML files in, figures out.

It shares nothing with lib/statistics, lib/incident and lib/sop, and knows the procedure from jaga-workflow(7) and
jaga-sop(7) alone. Signatures, roles and chains are audit's; it expects records that broke no rule, and one procedure.
Exit status: 0; 64 usage."""
import copy
import datetime
import glob
import hashlib
import json
import math
import os
import sys

import yaml

STEPS = ["monitor", "analyze", "approve", "repair", "verify", "accept", "archive"]
MINUTE = 60_000
DAY = 24 * 60 * MINUTE
EPOCH = datetime.date(1970, 1, 1)


def instant(text):
    """Milliseconds since 1970 of an RFC 3339 time."""
    return round(datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() * 1000)


def written(ms):
    """The time as records write it."""
    moment = datetime.datetime.fromtimestamp(ms // 1000, datetime.timezone.utc)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{ms % 1000:03d}Z"


def clock_minutes(text):
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def hours_of(text):
    return [tuple(clock_minutes(end) for end in span.strip().split("-")) for span in text.split(",")]


class Office:
    """Working hours and standards of a sop.yaml."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            sop = yaml.load(file, Loader=yaml.BaseLoader)
        calendar = sop["calendar"]
        sign = -1 if calendar["utc_offset"].startswith("-") else 1
        self.offset = sign * clock_minutes(calendar["utc_offset"].lstrip("+-")) * MINUTE
        names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
        self.week = [hours_of(calendar["hours"][name]) if name in calendar["hours"] else [] for name in names]
        self.holidays = set(calendar.get("holidays", []))
        self.dates = {date: hours_of(hours) for date, hours in calendar.get("dates", {}).items()}
        self.around_the_clock = calendar.get("around_the_clock", [])
        units = {"m": MINUTE, "h": 60 * MINUTE, "d": DAY, "s": 1000}
        self.standard = {}
        for row in sop["steps"]:
            text = row.get("standard", "")
            self.standard[row["step"]] = int(text[:-1]) * units[text[-1]] if text not in ("", "none") else None

    def worked(self, begin, end, always):
        """Milliseconds of working time in [begin, end)."""
        if end <= begin:
            return 0
        if always:
            return end - begin
        total = 0
        for day in range((begin + self.offset) // DAY, (end + self.offset) // DAY + 1):
            date = EPOCH + datetime.timedelta(days=day)
            text = date.isoformat()
            if text in self.dates:
                hours = self.dates[text]
            elif text in self.holidays:
                hours = []
            else:
                hours = self.week[date.weekday()]
            for opens, closes in hours:
                low = max(begin, day * DAY + opens * MINUTE - self.offset)
                high = min(end, day * DAY + closes * MINUTE - self.offset)
                total += max(0, high - low)
        return total


class State:
    """What is known of an incident after one of its records."""

    def __init__(self):
        self.phase = "analyze"
        self.spans = []  # [step, began, ended, superseded]
        self.analysis = None
        self.approval = None
        self.runs = {}  # by digest, in order
        self.verified = None
        self.accepted = None
        self.closed = None
        self.withdrawal = None
        self.outcome = None

    def newest_run(self):
        return list(self.runs.values())[-1] if self.runs else None

    def is_dead(self, now):
        approval = self.approval
        return approval is None or approval["void"] or now > approval["until"] or approval["used"] >= approval["allowed"]

    def due(self, now):
        if self.phase is None:
            return None
        if self.phase in ("verify", "accept", "archive"):
            if any(run["emergency"] and not run["settled"] for run in self.runs.values()):
                return "approve"
        if self.phase == "accept":
            if self.approval and self.approval["unratified"]:
                return "approve"
            if self.verified["unratified"]:
                return "verify"
        if self.phase == "archive" and self.accepted["unratified"]:
            return "accept"
        if self.phase == "repair":
            run = self.newest_run()
            if run and run["end"] is None:
                return "repair"
            return "approve" if self.is_dead(now) else "repair"
        return self.phase

    def expire(self, now):
        """An approval that ends while the repair is due makes the approval due again at its end."""
        step, began, ended, _ = self.spans[-1]
        if ended is not None or step != "repair" or self.approval is None:
            return
        until = max(self.approval["until"], began)
        if now > until and self.due(now) == "approve":
            self.spans[-1][2] = until
            self.spans.append(["approve", until, None, False])

    def go_back(self, to):
        self.verified = self.accepted = None
        if to == "analyze" and self.approval:
            self.approval["void"] = True
        self.phase = to

    def apply(self, record):
        body, kind = record["body"], record["kind"]
        unratified = "paper" in body
        if kind == "analyze":
            self.analysis = body
            if self.approval:
                self.approval["void"] = True
            self.verified = self.accepted = None
            self.phase = "approve"
        elif kind == "approve":
            if "ratifies" in body:
                if body["ratifies"] in self.runs:
                    self.runs[body["ratifies"]]["settled"] = "ratified"
                else:
                    self.approval["unratified"] = False
            else:
                self.approval = {"until": instant(body["until"]), "used": 0, "allowed": int(body["runs"]), "void": False,
                                 "unratified": unratified}
                self.phase = "repair"
        elif kind == "repair-start":
            if "emergency" not in body and self.approval and "resumes" not in body:
                self.approval["used"] += 1
            self.runs[record["digest"]] = {"record": record, "emergency": "emergency" in body, "settled": None,
                                           "vendor": body.get("vendor"), "vendor_mode": body["mode"] == "vendor", "end": None}
            self.phase = "repair"
        elif kind == "repair-end":
            self.runs[body["run"]]["end"] = record
            if body["outcome"] == "done":
                self.phase = "verify"
            elif body["outcome"] == "given-up":
                self.go_back("analyze")
        elif kind == "verify":
            if "ratifies" in body:
                self.verified["unratified"] = False
            else:
                self.verified = {"unratified": unratified}
                self.phase = "accept"
        elif kind == "accept":
            if "ratifies" in body:
                self.accepted["unratified"] = False
            else:
                self.accepted = {"unratified": unratified}
                self.phase = "archive"
        elif kind == "archive":
            self.phase = None
            self.outcome = "archived"
        elif kind == "reject" and body["step"] != "withdraw":
            if body["step"] == "approve":
                if body["on"] in self.runs:
                    self.runs[body["on"]]["settled"] = "rejected"
            elif body["back"] == "repair" and self.approval:
                self.approval["allowed"] += 1
            self.go_back(body["back"])
        elif kind == "withdraw":
            if "seconds" in body:
                self.phase = None
                self.outcome = body["outcome"]
        elif kind != "merge" and kind not in ("reject", "command-start", "command-end"):
            raise ValueError(kind)

    def follow(self, record):
        now = record["at"]
        self.expire(now)
        self.apply(record)
        step = self.due(now)
        span = self.spans[-1]
        anew = span[0] == "approve" and record["kind"] == "analyze"
        if step == span[0] and span[2] is None and not anew:
            return
        span[3] = anew and step == span[0]
        if span[2] is None:
            span[2] = max(now, span[1])
        if step is None:
            self.closed = span[2]
        else:
            self.spans.append([step, now, None, False])


def read_records(folder):
    records = []
    for path in glob.glob(os.path.join(folder, "[0-9]*.yaml")):
        with open(path, "rb") as file:
            data = file.read()
        record = yaml.load(data, Loader=yaml.BaseLoader)
        record["digest"] = "sha256:" + hashlib.sha256(data).hexdigest()
        record["seq"] = int(record["seq"])
        record["at"] = instant(record["at"])
        record["happened"] = instant(record["occurred"]) if "occurred" in record else record["at"]
        records.append(record)
    return sorted(records, key=lambda one: (one["seq"], one["digest"]))


def replay(records):
    first = records[0]
    state = State()
    known = min(max(instant(first["body"]["confirmed"]) if "confirmed" in first["body"] else first["at"],
                    min(first["happened"], first["at"])), first["at"])
    state.spans = [["monitor", min(first["happened"], known), known, False], ["analyze", known, None, False]]
    states = {first["digest"]: state}
    before = {first["digest"]: {first["digest"]}}
    for record in records[1:]:
        prev = record["prev"]
        if len(prev) == 1:
            at = copy.deepcopy(states[prev[0]])
        else:  # a merge goes on where its branches parted
            shared = set.intersection(*(before[one] for one in prev))
            fork = max((one for one in records if one["digest"] in shared), key=lambda one: one["seq"])
            at = copy.deepcopy(states[fork["digest"]])
        at.follow(record)
        states[record["digest"]] = at
        before[record["digest"]] = set.union(*(before[one] for one in prev)) | {record["digest"]}
    return states[records[-1]["digest"]]


def severity(first):
    if "severity" in first["body"]:
        return first["body"]["severity"]
    states = [result["state"] for result in first["body"].get("results", [])]
    return "critical" if "critical" in states else "warning" if "warning" in states else ""


def visits_of(state, office, always):
    out = []
    for run in state.runs.values():
        if not run["vendor_mode"]:
            continue
        begin, end = run["record"]["at"], run["end"]
        visit = {"vendor": run["vendor"], "from": begin, "until": None, "complete": False}
        if end:
            body = end["body"]
            left = instant(body["left"]) if "left" in body else end["at"]
            visit["until"] = max(min(left, end["at"]), begin)
            visit["worked"] = office.worked(begin, visit["until"], always)
            visit["complete"] = all(body.get(key) for key in ("technician", "arrived", "left", "letter", "parts"))
        out.append(visit)
    return out


def paused(visits, office, always, begin, end):
    """Working time in [begin, end) that waiting for vendors takes."""
    total = 0
    for visit in visits:
        if visit["until"] is None or visit["complete"]:
            until = end if visit["until"] is None else min(visit["until"], end)
            total += office.worked(max(visit["from"], begin), until, always)
    return total


def facts_of(folder, office, now):
    records = read_records(folder)
    first = records[0]
    state = replay(records)
    state.expire(now)
    always = severity(first) in office.around_the_clock
    key = first["body"]["fault_key"].split("/")
    fact = {
        "id": os.path.basename(folder),
        "host": state.analysis["root"] if state.analysis else first["body"]["host"],
        "type": state.analysis["fault"] if state.analysis else key[1],
        "planned": first["body"]["source"] == "schedule",
        "opened": first["happened"],
        "relapse": "reopens" in first["body"],
        "closed": state.closed,
        "outcome": state.outcome,
        "repaired": None,
        "visits": visits_of(state, office, always),
        "rejections": [], "paper": [], "emergencies": [], "parts": [], "passes": [],
    }
    run = state.newest_run()
    if state.verified and run and run["end"] and run["end"]["body"]["outcome"] == "done":
        end = max(run["end"]["happened"], fact["opened"])
        fact["repaired"] = {"at": end, "elapsed": end - fact["opened"],
                            "worked": office.worked(fact["opened"], end, always)}
    for record in records:
        body = record["body"]
        if record["kind"] == "reject":
            fact["rejections"].append((body["step"], record["happened"]))
        if "paper" in body:
            fact["paper"].append({"at": record["happened"], "kind": record["kind"], "decided_by": body["paper"]["decided_by"],
                                  "incident": fact["id"]})
    for one in state.runs.values():
        body = one["record"]["body"]
        if one["emergency"] and "resumes" not in body:
            fact["emergencies"].append({"at": one["record"]["happened"], "host": fact["host"],
                                        "person": one["record"]["by"]["person"], "reason": body["emergency"],
                                        "decision": one["settled"] or "pending", "incident": fact["id"]})
        if one["end"]:
            for part in one["end"]["body"].get("parts", []):
                fact["parts"].append({"at": one["end"]["happened"], "host": fact["host"], "removed": part["removed"],
                                      "installed": part["installed"], "incident": fact["id"]})
    for step, began, ended, superseded in state.spans:
        end = now if ended is None else ended
        net = office.worked(began, end, always)
        net -= min(net, paused(fact["visits"], office, always, began, end))
        fact["passes"].append({"step": step, "began": began, "ended": ended, "superseded": superseded, "net": net})
    fact["net_at"] = lambda began, at: office.worked(began, at, always) - paused(fact["visits"], office, always, began, at)
    return fact


def month_begin(year, month, offset):
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return (datetime.date(year, month, 1) - EPOCH).days * DAY - offset


def mean(values):
    return sum(values) // len(values) if values else None


def with_time(node, key, value):
    if value is not None:
        node[key + "_ms"] = value
    return node


def tallies(counted, key, inside):
    rows = {}
    for fact in counted:
        began = inside(fact["opened"])
        repaired = fact["repaired"] and inside(fact["repaired"]["at"])
        if not began and not repaired:
            continue
        row = rows.setdefault(fact[key], {"faults": 0, "relapses": 0, "elapsed": [], "worked": []})
        if began:
            row["faults"] += 1
            row["relapses"] += fact["relapse"]
        if repaired:
            row["elapsed"].append(fact["repaired"]["elapsed"])
            row["worked"].append(fact["repaired"]["worked"])
    return sorted(rows.items(), key=lambda item: (-item[1]["faults"], item[0]))


def tally_node(name, row):
    node = {"name": name, "faults": row["faults"], "relapses": row["relapses"], "repairs": len(row["elapsed"])}
    with_time(node, "mean_repair", mean(row["elapsed"]))
    return with_time(node, "mean_repair_work", mean(row["worked"]))


def half_up(part, whole):
    return math.floor(part * 1000 / whole + 0.5) if whole else 0


def report(facts, office, begin, until, now):
    end = max(begin, min(now, until))
    inside = lambda at: begin <= at < until
    counted = [fact for fact in facts if not fact["planned"] and fact["outcome"] not in ("duplicate", "false-alarm")]
    types, devices = tallies(counted, "type", inside), tallies(counted, "host", inside)
    all_faults = sum(row["faults"] for _, row in types)
    out = {"types": [], "devices": [tally_node(*item) for item in devices], "steps": [], "vendors": []}
    so_far = 0
    for name, row in types:
        so_far += row["faults"]
        out["types"].append({**tally_node(name, row), "share_permille": half_up(row["faults"], all_faults),
                             "cumulative_permille": half_up(so_far, all_faults)})
    passes_all = late_all = 0
    for step in STEPS:
        times = sorted(one["net"] for fact in facts for one in fact["passes"]
                       if one["step"] == step and not one["superseded"] and one["ended"] is not None and inside(one["ended"]))
        standard = office.standard[step]
        late = sum(standard is not None and time > standard for time in times)
        node = {"step": step, "passes": len(times), "late": late}
        with_time(node, "standard", standard)
        if times:
            node["median_ms"] = times[math.ceil(len(times) * 0.5) - 1]
            node["p90_ms"] = times[-(-len(times) * 90 // 100) - 1]
        out["steps"].append(node)
        passes_all += len(times) if standard is not None else 0
        late_all += late
    for vendor in sorted({visit["vendor"] for fact in facts for visit in fact["visits"]}):
        visits = [visit for fact in facts for visit in fact["visits"] if visit["vendor"] == vendor]
        ended = [visit for visit in visits if visit["until"] is not None and inside(visit["until"])]
        waiting = sum(visit["from"] < end and (visit["until"] is None or visit["until"] >= end) for visit in visits)
        if ended or waiting:
            node = {"vendor": vendor, "visits": len(ended), "incomplete": sum(not visit["complete"] for visit in ended),
                    "waiting": waiting}
            out["vendors"].append(with_time(node, "mean_wait", mean([visit["worked"] for visit in ended])))
    rejected = [step for fact in facts for step, at in fact["rejections"] if inside(at)]
    out["rejections"] = {step: rejected.count(step) for step in ("approve", "verify", "accept", "withdraw")}
    ends = [fact["outcome"] for fact in facts if fact["closed"] is not None and inside(fact["closed"])]
    order = ["recovered", "false-alarm", "duplicate", "risk-accepted", "handed-over"]
    out["withdrawn"] = [{"outcome": one, "count": ends.count(one)} for one in order if one in ends]
    for name in ("emergencies", "paper", "parts"):
        listed = [one for fact in facts for one in fact[name] if inside(one["at"])]
        out[name] = [{**one, "at": written(one["at"])} for one in sorted(listed, key=lambda one: one["at"])]
    out["open"] = []
    for fact in sorted(facts, key=lambda fact: fact["opened"]):
        if fact["opened"] >= end or (fact["closed"] is not None and fact["closed"] < end):
            continue
        last = [one for one in fact["passes"] if one["began"] < end][-1]
        standard = office.standard[last["step"]]
        until_end = end if last["ended"] is None else min(end, last["ended"])
        late = standard is not None and fact["net_at"](last["began"], until_end) >= standard
        out["open"].append({"incident": fact["id"], "host": fact["host"], "type": fact["type"],
                            "opened": written(fact["opened"]), "step": last["step"], "late": late})
    elapsed = [time for _, row in types for time in row["elapsed"]]
    summary = {"faults": all_faults, "relapses": sum(row["relapses"] for _, row in types), "repairs": len(elapsed),
               "passes": passes_all, "late": late_all, "rejections": len(rejected), "emergencies": len(out["emergencies"]),
               "paper": len(out["paper"]), "parts": len(out["parts"]),
               "visits": sum(vendor["visits"] for vendor in out["vendors"]),
               "planned": sum(fact["planned"] and inside(fact["opened"]) for fact in facts),
               "closed_without_repair": sum(one != "archived" for one in ends), "archived": ends.count("archived"),
               "open": len(out["open"])}
    with_time(summary, "mean_repair", mean(elapsed))
    with_time(summary, "mean_repair_work", mean([time for _, row in types for time in row["worked"]]))
    out["summary"] = summary
    return out


def main():
    if len(sys.argv) != 4:
        sys.exit("usage: damage.py DIRECTORY PERIOD NOW")
    directory, period, now = sys.argv[1], sys.argv[2], instant(sys.argv[3])
    office = Office(os.path.join(directory, "sop.yaml"))
    facts = [facts_of(folder, office, now) for folder in sorted(glob.glob(os.path.join(directory, "incidents", "*", "*")))]
    facts.sort(key=lambda fact: fact["id"])
    year, month = int(period[:4]), int(period[5:] or "1")
    size = 1 if len(period) > 4 else 12
    bounds = [month_begin(year, month + move, office.offset) for move in (-size, 0, size)]
    out = report(facts, office, bounds[1], bounds[2], now)
    out["previous"] = report(facts, office, bounds[0], bounds[1], now)["summary"]
    if size == 12:
        out["months"] = [report(facts, office, month_begin(year, one, office.offset), month_begin(year, one + 1, office.offset),
                                now)["summary"] for one in range(1, 13)]
    json.dump(out, sys.stdout)


main()
