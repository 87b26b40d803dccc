"""The client against a recorded conversation with the real server."""

import os
import sys
import threading
import unittest
from pathlib import Path

from lager_judge import Failure, Judge, LagerError, Score
from lager_judge.client import flags, lager_command
from lager_judge.summary import metadata_of, reason_of

HERE = Path(__file__).parent
TRANSCRIPT = HERE.parents[1] / "examples" / "serve-transcript.jsonl"
ADD = {"instruction": "What is 2 + 2?"}


def replaying(**environment):
    """A judge whose server is the recording."""
    os.environ.pop("REPLAY_DIES_AT", None)
    os.environ.update(environment)
    return Judge(command=[sys.executable, str(HERE / "replay.py"), str(TRANSCRIPT)])


class Conversation(unittest.TestCase):
    def test_every_request_of_the_recording_is_made_and_understood(self):
        progress = []
        with replaying() as judge:
            self.assertEqual(judge.hello["judge"]["name"], "smollm2-135m")

            (four,) = judge.score({"id": "four", **ADD, "response": "4"}, criteria=["accuracy"])
            self.assertIsInstance(four, Score)
            self.assertEqual((four.id, four.criterion), ("four", "accuracy"))
            self.assertAlmostEqual(sum(four.distribution.values()), 1, places=6)
            expected = sum(v * p for v, p in zip(four.values, four.probabilities))
            self.assertAlmostEqual(four.score, expected, places=5)
            self.assertEqual(four.raw["eScore"], four.e_score)

            items = [{"id": "five", **ADD, "response": "Five, I think."}, {"id": "none", "instruction": "?"}]
            many = judge.score_many(
                items, criteria=["accuracy"], on_progress=lambda *told: progress.append(told)
            )
            (first, five), (second, none) = many
            self.assertEqual((first, five.id, second, none.id), (0, "five", 1, "none"))
            self.assertIsInstance(none, Failure)
            self.assertEqual((none.criterion, none.code), (None, "INVALID_FIELD"))
            self.assertEqual(progress, [(1, 2), (2, 2)])

            with self.assertRaises(LagerError) as wrong:
                judge.score(**ADD, response="4", criteria=["tone"])
            self.assertEqual(wrong.exception.code, "INVALID_ARGUMENT")
            self.assertIn("accuracy", wrong.exception.message)

            pending = judge._running().ask({"method": "scoreMany", "items": [{**ADD, "response": "4"}]})
            pending.cancel()

            self.assertEqual(judge.health()["status"], "ok")
            self.assertEqual(judge.tasks()[0]["name"], "general")

    def test_a_server_that_ends_fails_what_it_was_asked_and_is_started_again(self):
        judge = replaying(REPLAY_DIES_AT="1")
        item = {"id": "four", **ADD, "response": "4"}
        with self.assertRaises(LagerError) as ended:
            judge.score(item, criteria=["accuracy"])
        self.assertEqual(ended.exception.code, "ENGINE_CRASHED")
        self.assertIn("the engine is gone", ended.exception.message)
        os.environ.pop("REPLAY_DIES_AT")
        (four,) = judge.score(item, criteria=["accuracy"])
        self.assertEqual(four.id, "four")
        judge.close()
        with self.assertRaises(LagerError) as closed:
            judge.score(item)
        self.assertEqual(closed.exception.code, "DISPOSED")

    def test_closing_ends_who_waits(self):
        judge = replaying()
        judge.score({"id": "four", **ADD, "response": "4"}, criteria=["accuracy"])
        # The recording answers nothing before its next request is the right one.
        server = judge._running()
        pending = server.ask({"method": "scoreMany", "items": []})
        failures = []

        def wait():
            try:
                pending.result()
            except LagerError as error:
                failures.append(error.code)

        waiting = threading.Thread(target=wait)
        waiting.start()
        judge.close()
        waiting.join(timeout=20)
        self.assertFalse(waiting.is_alive())
        self.assertIn(failures, (["DISPOSED"], ["ENGINE_CRASHED"]))

    def test_a_server_that_does_not_start_says_why(self):
        silent = [sys.executable, "-c", "import sys; print('no such judge', file=sys.stderr); sys.exit(2)"]
        with self.assertRaises(LagerError) as failed:
            Judge(command=silent).score(response="x")
        self.assertEqual(failed.exception.code, "ENGINE_CRASHED")
        self.assertIn("no such judge", failed.exception.message)
        with self.assertRaises(LagerError) as missing:
            Judge(command=["/no/such/lager"]).score(response="x")
        self.assertEqual(missing.exception.code, "ADDON_UNAVAILABLE")

    def test_another_protocol_is_refused(self):
        other = "import json; print(json.dumps({'type': 'hello', 'protocol': 2, 'version': '9'}), flush=True); input()"
        with self.assertRaises(LagerError) as refused:
            Judge(command=[sys.executable, "-c", other]).score(response="x")
        self.assertIn("protocol 1", refused.exception.message)


class Arguments(unittest.TestCase):
    def test_options_are_those_of_the_command_line(self):
        given = flags({"threads": 2, "kv_type": "f32", "fast": True, "verbose": False, "layers": None})
        self.assertEqual(given, ["--threads", "2", "--kv-type", "f32", "--fast"])

    def test_the_environment_says_where_lager_is(self):
        os.environ["LAGER_COMMAND"] = "/opt/lager"
        try:
            self.assertEqual(lager_command(), ["/opt/lager"])
        finally:
            del os.environ["LAGER_COMMAND"]

    def test_a_reason_names_every_criterion(self):
        score = Score("a", "tone", 2.5, 0.375, ("1", "5"), (1, 5), (0.6, 0.4), 2, 2.5, {})
        failure = Failure("a", None, "EMPTY_RESPONSE", "it is empty")
        self.assertEqual(
            reason_of([score, failure]), "tone 2.50 of 1–5; not scored: EMPTY_RESPONSE: it is empty"
        )
        self.assertEqual(metadata_of([score, failure])["record"]["error"]["code"], "EMPTY_RESPONSE")
        self.assertEqual(metadata_of([score])["tone"]["distribution"], {"1": 0.6, "5": 0.4})


if __name__ == "__main__":
    unittest.main()
