"""The years before the story: enough visits, analyses and papers to make a record as long as a real one.

Owns the growth of a world to an exact number of resources. Everything here ended before the story begins, so no page that shows the
present changes with the size. How one past case looks is in `past_case`; past documents share a few printed papers per person.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Final

from desktop.demo.families.codes import Json
from desktop.demo.families.dates import clock_time, dotted, moment
from desktop.demo.families.ledger import Ledger
from desktop.demo.families.papers import Paper, Section, set_in_type
from desktop.demo.families.past_case import PastCase
from desktop.demo.families.people import Person
from desktop.demo.families.places import Doctor, Places, sentence
from desktop.demo.families.prose import heading
from desktop.demo.families.results import pressure
from desktop.demo.families.tables import table

_YEARS: Final = 22
_LONGEST_CASE: Final = 60
_PAPERS: Final = 4


def grow(ledger: Ledger, places: Places, people: dict[str, Person], *, target: int, seed: int) -> None:
    """Add past cases until the world has exactly `target` resources; a diary of pressure fills the last few."""
    draw = Random(f"history {seed} {target}")
    end = ledger.calendar.day("2023-01-31")
    lives = [(person, max((end - person.born).days, 60)) for person in people.values()]
    weights = [min(days, _YEARS * 365) for _, days in lives]
    past = {person.key: _Past(ledger, places, person, end, draw) for person, _ in lives}
    resources = ledger.resources
    while target - len(resources) > _LONGEST_CASE:
        person = draw.choices(lives, weights)[0][0]
        past[person.key].case()
    holder = next(iter(people.values()))
    for index in range(target - len(resources)):
        taken = clock_time(end - timedelta(days=index // 2 + 1), "7:30" if index % 2 else "21:10")
        body = pressure(holder, moment(taken), draw.randrange(118, 146), draw.randrange(72, 92))
        ledger.add("Observation", taken, body)


class _Past:
    """One person's past: draws cases and has them written."""

    def __init__(self, ledger: Ledger, places: Places, person: Person, end: date, draw: Random) -> None:
        self._ledger, self._places, self._person, self._draw = ledger, places, person, draw
        self._end = end
        self._days = min(max((end - person.born).days - 30, 30), _YEARS * 365)
        self._told: Json = table("history")
        self._papers = [self._print(number) for number in range(_PAPERS)]

    def case(self) -> None:
        """Write one case: the visit and all that came out of it."""
        draw, person = self._draw, self._person
        day = self._end - timedelta(days=int(draw.random() * self._days) + 1)
        day -= timedelta(days=max(0, day.weekday() - 4))
        child = person.months(day) < 18 * 12
        told = draw.choice([row for row in self._told["cases"] if row["who"] in ("both", "child" if child else "adult")])
        begins = clock_time(day, f"{draw.randrange(8, 19)}:{draw.randrange(0, 60, 5):02}")
        PastCase(self._ledger, person, self._doctor(told, child), told, begins, draw, self._say).write(self._papers)

    def _doctor(self, told: Json, child: bool) -> Doctor:
        doctors = [self._places.doctors[key] for key in told["doctors"]]
        fitting = [doctor for doctor in doctors if (doctor.clinic.key == "kids1") == child]
        return self._draw.choice(fitting or doctors)

    def _say(self, words: str) -> str:
        """Fill a told sentence with drawn figures."""
        if "{" not in words:
            return words
        draw = self._draw
        return words.format(
            t=f"3{draw.choice('78')},{draw.randrange(10)}", n=draw.randrange(2, 6), m=draw.randrange(10, 45), v=draw.randrange(6, 9),
            h=draw.randrange(116, 168), l=draw.randrange(70, 98), p=draw.randrange(58, 94), r=draw.randrange(14, 21),
            s=draw.randrange(95, 100), b=f"{draw.randrange(22, 31)},{draw.randrange(10)}",
        )

    def _print(self, number: int) -> Json:
        person, told = self._person, self._told
        texts = self._draw.sample(told["advice"], 4)
        facts = (("Пациент", person.name), ("Дата рождения", dotted(person.born)), ("Полис ОМС", person.enp))
        sections = (
            Section("Осмотр", (self._say(self._draw.choice(told["cases"])["findings"][0]),)),
            Section("Рекомендации", tuple(f"{index}. {self._say(text)}" for index, text in enumerate(texts, start=1))),
        )
        paper = Paper(heading(person.clinic), "Протокол осмотра", "копия из архива поликлиники", facts, sections,
                      f"{sentence(person.doctor.post)}: {person.doctor.initials}", f"{person.initials}, архив {number + 1}")
        created = clock_time(self._end, "12:00")
        return self._ledger.attach(
            set_in_type(paper), content_type="application/pdf", title="Протокол осмотра", created=created
        )
