"""The demonstration: invented people, one-click sign-in, a clock of its own. Never over real data."""
