#!/usr/bin/env python3
"""Due dates by a second hand: the same questions that tests/service/oracle.rs asks of the program.

    python3 tests/oracle.py SEED LINES

Prints LINES questions for each unit of time, LINES with stops, and LINES by a rule of
config/rules.toml, one in a row: from, by (a unit, or a rule with its lane), amount, extended, stops,
and the answer, tab by tab. The answer is the last second in time in UTC, or `none YEAR` where the
calendar has no table for a year that is needed.

Written from the words of the law and of docs/CLOCKS.md, not from the program: a day is asked whether
it counts, one after the other, and hours are found by bisection instead of by walking. It shares two
files with the program, config/calendar.json and config/rules.toml, and no line of code.
"""

import json
import random
import sys
import tomllib
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

CONFIG = Path(__file__).resolve().parent.parent / "config"
# China has kept +08:00 without a break since 1991, and the questions lie after 2010.
HERE = timezone(timedelta(hours=8))
FIRST, LAST = datetime(2010, 1, 1, tzinfo=HERE), datetime(2026, 12, 31, 23, 59, 59, tzinfo=HERE)
DAY = timedelta(days=1)


class MissingYear(Exception):
    """A working day was asked for in a year without a table."""


def read_calendar():
    years = json.loads((CONFIG / "calendar.json").read_text())["years"]
    off = {date.fromisoformat(day) for year in years.values() for day in year["off"]}
    work = {date.fromisoformat(day) for year in years.values() for day in year["work"]}
    return {int(year) for year in years}, off, work


YEARS, OFF, WORK = read_calendar()


def is_worked(day):
    if day.year not in YEARS:
        raise MissingYear(day.year)
    if day in WORK:
        return True
    return day not in OFF and day.isoweekday() <= 5


def stood_at_the_end(day, stops):
    """Whether the clock stood still at the midnight that ends a day."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=HERE) + DAY
    return any(begin < midnight <= end for begin, end in stops)


def by_days(start, total, stops, counts):
    day, counted = start.astimezone(HERE).date(), 0
    while counted < total:
        day += DAY
        # Asked before the stop is looked at: a year that is not known is not passed over.
        good = counts(day)
        if good and not stood_at_the_end(day, stops):
            counted += 1
    return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=HERE)


def seconds_run(start, until, stops):
    """Seconds between two instants in which the clock ran: each second that no stop covers."""
    edges = sorted({start, until, *(e for stop in stops for e in stop if start < e < until)})
    ran = 0
    for begin, end in zip(edges, edges[1:]):
        if not any(a <= begin and end <= b for a, b in stops):
            ran += int((end - begin).total_seconds())
    return ran


def by_hours(start, total, stops):
    wanted, low, high = total * 3600, 0, total * 3600
    while seconds_run(start, start + timedelta(seconds=high), stops) < wanted:
        high *= 2
    while low < high:
        middle = (low + high) // 2
        if seconds_run(start, start + timedelta(seconds=middle), stops) < wanted:
            low = middle + 1
        else:
            high = middle
    return start + timedelta(seconds=high)


def answer(start, unit, total, stops):
    try:
        if unit == "hours":
            due = by_hours(start, total, stops)
        elif unit == "working":
            due = by_days(start, total, stops, is_worked)
        else:
            due = by_days(start, total, stops, lambda _: True)
    except MissingYear as missing:
        return f"none {missing}"
    return stamp(due)


def stamp(at):
    return at.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def any_instant(dice):
    return FIRST + timedelta(seconds=dice.randrange(int((LAST - FIRST).total_seconds())))


def any_stops(dice, start):
    """Up to four stops before, within and after the course, short and long; some overlap."""
    stops = []
    for _ in range(dice.randint(1, 4)):
        begin = start + timedelta(seconds=dice.randint(-3 * 86_400, 40 * 86_400))
        length = dice.choice([dice.randint(0, 86_400), dice.randint(0, 20 * 86_400)])
        stops.append((begin, begin + timedelta(seconds=length)))
    return stops


def rules():
    """Every rule of the newest version as (name, lane, rule); a lane falls back on the general one."""
    version = tomllib.loads((CONFIG / "rules.toml").read_text())["version"][-1]
    lanes = version.get("lane", {})
    for name, rule in version["rules"].items():
        yield name, "", rule
        for lane in lanes:
            yield name, lane, lanes[lane].get(name, rule)


def say(start, by, amount, extended, stops, found):
    told = ";".join(f"{stamp(begin)}/{stamp(end)}" for begin, end in stops)
    print(stamp(start), by, amount, extended, told, found, sep="\t")


def main(seed, lines):
    dice = random.Random(seed)
    most = {"working": 120, "calendar": 400, "hours": 500}
    for unit in most:
        for _ in range(lines):
            start, amount = any_instant(dice), dice.randint(1, most[unit])
            say(start, unit, amount, 0, [], answer(start, unit, amount, []))
    for _ in range(lines):
        start, unit = any_instant(dice), dice.choice(list(most))
        amount, extended = dice.randint(1, 60), dice.choice([0, 0, dice.randint(1, 30)])
        stops = any_stops(dice, start)
        say(start, unit, amount, extended, stops, answer(start, unit, amount + extended, stops))
    known = list(rules())
    for _ in range(lines):
        start, (name, lane, rule) = any_instant(dice), dice.choice(known)
        extended = dice.choice([0, rule.get("extend", 0)])
        found = answer(start, rule["unit"], rule["amount"] + extended, [])
        say(start, f"{name}.{lane}".rstrip("."), rule["amount"], extended, [], found)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
