"""Pages: parse, one service, answer."""
