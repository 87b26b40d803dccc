"""Plays the server's part of a recorded conversation, and complains where the client's part differs.

``python replay.py TRANSCRIPT [serve --stdio …]``; with ``REPLAY_DIES_AT=n`` it ends without a word when it is
asked for the n-th time.
"""

import json
import os
import sys


def main() -> int:
    with open(sys.argv[1], encoding="utf-8") as file:
        recorded = [json.loads(line) for line in file]
    # A client of this package writes nothing but requests.
    recorded = without_broken_lines(recorded)
    dies_at = int(os.environ.get("REPLAY_DIES_AT", "0"))
    at = play(recorded, 0)
    for number, line in enumerate(sys.stdin, 1):
        if number == dies_at:
            print("the engine is gone", file=sys.stderr)
            return 70
        expected = recorded[at]["client"]
        if json.loads(line) != expected:
            print(f"expected {expected}, and the client says {line}", file=sys.stderr)
            return 1
        at = play(recorded, at + 1)
    return 0


def without_broken_lines(recorded):
    """The conversation without the lines that are no requests, and what they are answered."""
    return [
        entry
        for entry in recorded
        if not isinstance(entry.get("client"), str)
        and not ("server" in entry and entry["server"].get("id", 0) is None)
    ]


def play(recorded, at):
    """Writes what the server says next; gives the place of the client's next line."""
    while at < len(recorded) and "server" in recorded[at]:
        print(json.dumps(recorded[at]["server"]), flush=True)
        at += 1
    return at


if __name__ == "__main__":
    sys.exit(main())
