"""People: accounts, sign-in, code cards, invitations, recovery, notices. An account has no power."""
