"""Riverton: a city of today under the charter of a workers' assembly, ninety days after its first council."""
