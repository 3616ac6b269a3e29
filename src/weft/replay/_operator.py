"""What the person who hosts the server did to the record, and how lost sign-ins were given back.

Neither needs standing in any body: they are on the record so that everybody can see them.
"""

from weft.record import NotProven
from weft.record.note import Verifier
from weft.replay._act import Act

RECOVERY = {  # act -> (states from which, state after)
    "people.recovery_opened": ((), "opened"),
    "people.recovery_vouched": (("opened",), "opened"),
    "people.recovery_waiting": (("opened",), "waiting"),
    "people.recovery_cancelled": (("opened", "waiting"), "cancelled"),
    "people.recovery_done": (("opened", "waiting"), "done"),
}
VOUCHERS = 2


def key_changed(act: Act) -> None:
    """From the next checkpoint on the log is signed by another key, whose verifier key stands here."""
    _by_operator(act)
    old, new = act.text("from"), act.text("to")
    try:
        names = {Verifier.from_vkey(key).name for key in (old, new) if key}
    except NotProven as problem:
        act.diverge("vkey", new, problem.sentence, "replay.malformed")
    if act.state.origin:
        act.same("vkey", sorted(names), [act.state.origin])
    if act.state.keys and old:
        act.same("from", old, act.state.keys[-1])
    act.state.keys.append(new)
    act.finding()


def restored(act: Act) -> None:
    """Entries that a database had lost were taken back from a copy of the files; the number and root say which."""
    _by_operator(act)
    had, has = act.number("from"), act.number("to")
    act.same("to", has, act.index)
    act.holds("from", had < has, had, f"fewer than {has}")
    act.same("root", act.text("root"), act.state.root.hex())
    act.finding()


def _by_operator(act: Act) -> None:
    act.same("by", (act.entry.by, act.entry.body), ((), ""))


def recovery(act: Act) -> None:
    """A lost sign-in is asked back: opened, vouched for by two or proven by a key, waited for, given or cancelled.

    Whose it was no entry says, so that nobody can join one person's references in two bodies.
    """
    _by_operator(act)
    ref, rows = act.text("recovery"), act.state.recoveries
    before, after = RECOVERY[act.entry.act]
    state, vouchers, way = rows.get(ref, ("", 0, ""))
    if not before:
        act.holds("recovery", not state, ref, "a new reference")
        way = act.text("way")
        act.holds("way", way in {"claim_key", "vouchers"}, way, "claim_key or vouchers")
    else:
        act.holds("recovery", state in before, state or ref, before)
    vouchers += act.entry.act == "people.recovery_vouched"
    if act.entry.act in {"people.recovery_waiting", "people.recovery_done"} and way == "vouchers":
        act.holds("vouchers", vouchers >= VOUCHERS, vouchers, f"at least {VOUCHERS}")
    rows[ref] = (after, vouchers, way)
    act.finding()


__all__ = ["RECOVERY", "key_changed", "recovery", "restored"]
