"""The acts of deliberation: founding, meetings, motions, ratification, amendment."""
