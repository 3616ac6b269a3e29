"""Devices of members and trustees in a council of the tests: those of `weft_site.demo.devices`, at noon."""

from tests.site import factories as make

from weft_site.demo import devices
from weft_site.demo.devices import new_seed


class Device(devices.Device):
    def vote(self, ballot, marks, *, now=make.NOON):
        return super().vote(ballot, marks, now=now)


class Trustees(devices.Trustees):
    """Those who hold the office of trustee in a council."""

    def __init__(self, council, *people):
        super().__init__([new_seed() for _ in people])
        self.council, self.people = council, people
        for number, who in enumerate(people, start=1):
            make.officer(council, "trustee", who, number=number)

    def make_key(self, *, by=None, now=make.NOON):
        return super().make_key(self.council.body, by=by or self.council.people[0], now=now)

    def take(self, number, step, content, *, now=make.NOON):
        return super().take(number, step, content, now=now)

    def give(self, election, number, *, now=make.NOON):
        return super().give(election, number, now=now)
