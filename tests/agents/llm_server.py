"""A server that speaks OpenAI's protocol for chats, to be run as a process: `llm_server.py [PORT]`.

It prints its address. Its model answers with the share of the app's notifications that the person
opened, as the prompt tells it. What goes wrong, and when, follows from the model's name and the
prompt:

    steady      nothing
    faulty      of 100 prompts 5 get malformed answers, 5 late ones, 5 are refused; half of these
                only the first time
    plain       400 for answers that are to be JSON; it fences what it says
    reasons     400 for parameters that models which reason do not take
    drips       sends blanks, and no answer for long
    floods      sends blanks without end
    no-usage    does not count tokens
    echo        401, with the key in the body, a header and the reason
    choosy      400 for everything
    slow        every answer is late
    breaking    breaks the connection off
    cut         200 with half of a body
    says:TEXT   answers TEXT

GET /requests returns the bodies of all requests, DELETE /requests forgets them.
"""

import hashlib
import json
import sys
import time
from collections import Counter
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LATE = 0.4
"""Seconds."""
MALFORMED = (
    "I think the person opens it.",
    'Sure! {"probability": 0.9}',
    '{"probability": 1.2}',
    '{"probability": "0.5"}',
    '{"probability": true}',
    '{"probability": NaN}',
    '{"probability": 0.1, "probability": 0.9}',
    '{"p": 0.4}',
    "[0.3]",
    "0.3",
    '{"probability": 0.',
    "",
)
REFUSED = (429, 500, 503)


class Handler(BaseHTTPRequestHandler):
    protocol_version, wbufsize = "HTTP/1.1", -1  # one packet for each answer
    requests, seen = [], Counter()

    def do_GET(self):
        self.say(200, self.requests)

    def do_DELETE(self):
        self.requests.clear()
        self.seen.clear()
        self.say(200, [])

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        key = self.headers.get("Authorization", "")
        self.requests.append(body | {"authorization": key})
        model, prompt = body["model"], body["messages"][-1]["content"]
        self.seen[prompt] += 1
        if model == "echo":
            error = {"error": {"message": f"wrong key: {key}"}}
            self.say(401, error, {"X-Your-Key": key}, reason=f"Wrong key {key}")
        elif (
            model == "choosy"
            or (model == "plain" and "response_format" in body)
            or (model == "reasons" and {"temperature", "seed", "max_tokens"} & set(body))
        ):
            self.say(400, {"error": {"message": "unknown parameter"}})
        elif model == "slow":
            time.sleep(LATE)
            self.answer(prompt)
        elif model == "breaking":
            self.close_connection = True
            self.connection.close()
        elif model == "cut":
            self.answer(prompt, cut=True)
        elif model.startswith("says:"):
            self.answer(prompt, model.removeprefix("says:"))
        elif model == "plain":
            self.answer(prompt, f"```json\n{probability(prompt)}\n```")
        elif model == "faulty":
            self.faulty(prompt)
        elif model in ("drips", "floods"):
            self.blanks(wait=model == "drips")
        elif model in ("steady", "no-usage", "reasons"):
            self.answer(prompt, usage=model != "no-usage")
        else:
            self.say(404, {"error": {"message": f"no such model {model}"}})

    def blanks(self, wait):
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        with suppress(OSError):  # who has asked no longer listens
            for _ in range(100):
                self.wfile.write(b" " if wait else b" " * 2**16)
                self.wfile.flush()
                time.sleep(0.05 if wait else 0)

    def faulty(self, prompt):
        number = int.from_bytes(hashlib.sha256(prompt.encode()).digest()[:4], "big")
        kind, once = number % 100 // 5, number // 100 % 2
        if kind > 2 or (once and self.seen[prompt] > 1):
            self.answer(prompt)
        elif kind == 0:
            self.answer(prompt, MALFORMED[number // 200 % len(MALFORMED)])
        elif kind == 1:
            time.sleep(LATE)
            self.answer(prompt)
        else:
            self.say(REFUSED[number // 200 % len(REFUSED)], {"error": {"message": "busy"}})

    def answer(self, prompt, text=None, usage=True, cut=False):
        text = probability(prompt) if text is None else text
        choices = [{"index": 0, "message": {"role": "assistant", "content": text}}]
        counts = {"prompt_tokens": len(prompt) // 4, "completion_tokens": max(len(text) // 4, 1)}
        told = {"usage": counts} if usage else {}
        body = {"id": "1", "object": "chat.completion", "choices": choices, **told}
        self.say(200, body, cut=cut)

    def say(self, status, body, headers=(), cut=False, reason=None):
        body = json.dumps(body).encode()
        try:
            self.send_response(status, reason)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            for name, value in dict(headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body[: len(body) // 2] if cut else body)
            self.close_connection = self.close_connection or cut
        except OSError:  # who has asked no longer listens
            self.close_connection = True

    def log_message(self, *_):
        pass


def probability(prompt):
    data = json.loads(prompt.partition("```json\n")[2].partition("\n```")[0])
    app = data["notification"].get("appPackage")
    same = [each["opened"] for each in data["history"] if each["notification"]["appPackage"] == app]
    return json.dumps({"probability": round((sum(same) + 0.5) / (len(same) + 1), 3)})


if __name__ == "__main__":
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    with ThreadingHTTPServer(("127.0.0.1", port), Handler) as server:
        print(f"http://127.0.0.1:{server.server_port}/v1", flush=True)
        server.serve_forever()
