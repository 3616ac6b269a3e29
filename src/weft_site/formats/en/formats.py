"""Times in English by twenty-four hours: “4 p.m.” ended sentences with two points, and midnight read like noon."""

DATETIME_FORMAT = "N j, Y, H:i"
TIME_FORMAT = "H:i"
