"""The acts of federation. Each module is one matter: bodies, members, entitlement, elections, draws, mandates, …"""
