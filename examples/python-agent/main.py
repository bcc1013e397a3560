"""A coding agent in one file: it asks a model for the next step, runs the tools it calls, and shows it the results."""

import datetime
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

MAX_STEPS = 20
COMMAND_TIMEOUT_SECONDS = 30
MODEL_TIMEOUT_SECONDS = 300
MODEL_TRIES = 5
MAX_OUTPUT_CHARACTERS = 4_000

SYSTEM_PROMPT = """You are a coding agent. You change the files of the workspace as the instruction asks.
You act through tools: `bash` runs a command in the workspace, `write_file` writes a whole file.
Look at the files before you change them. Nobody can answer questions, and there is no network.
When the work is done, answer with one sentence that sums it up and call no tool."""


class Stop(Exception):
    """A limit ended the run: budget, context or deadline."""


def function(name: str, description: str, *arguments: str) -> dict:
    properties = {argument: {"type": "string"} for argument in arguments}
    parameters = {"type": "object", "properties": properties, "required": list(arguments)}
    return {"type": "function", "function": {"name": name, "description": description, "parameters": parameters}}


TOOLS = [
    function("bash", "Runs a command in a fresh bash in the workspace; returns output and exit code.", "command"),
    function("write_file", "Writes a file, replacing what was there. Returns what was done.", "path", "content"),
]


def bash(workspace: Path, deadline: float, command: str) -> str:
    seconds = max(0.0, min(COMMAND_TIMEOUT_SECONDS, deadline - time.time()))
    # A file, not a pipe: a process left in the background would keep a pipe open.
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            ["bash", "-c", command],
            cwd=workspace,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            end = f"[exit code {process.wait(seconds)}]"
        except subprocess.TimeoutExpired:
            end = f"[killed after {seconds:.0f} seconds]"
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        return shorten(output) + end


def shorten(output) -> str:
    """The text in an open file; of a long one only the start and the end."""
    size, half = output.seek(0, os.SEEK_END), MAX_OUTPUT_CHARACTERS // 2
    output.seek(0)
    if size <= 2 * half:
        return output.read().decode(errors="replace")
    head = output.read(half)
    output.seek(size - half)
    note = f"\n[{size - 2 * half} characters left out]\n"
    return head.decode(errors="replace") + note + output.read().decode(errors="replace")


def write_file(workspace: Path, deadline: float, path: str, content: str) -> str:
    target = workspace / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(content)
    return f"Wrote {len(content)} characters to {target}."


def run_tool(workspace: Path, deadline: float, call: dict) -> str:
    tool = {"bash": bash, "write_file": write_file}.get(call["name"])
    if tool is None:
        return f"Error: there is no tool {call['name']}, only bash and write_file."
    try:
        arguments = json.loads(call["arguments"])
    except ValueError:
        call["arguments"] = "{}"  # Some servers refuse a history with arguments that do not parse.
        return "Error: the arguments are not a JSON object. Send the call again with valid JSON."
    try:
        return tool(workspace, deadline, **arguments)
    except (ValueError, TypeError, OSError) as error:
        return f"Error: {error}"


def complete(messages: list, deadline: float) -> dict:
    """The model's next message. Tries again when the server is busy, broken or not reachable."""
    body = {"model": os.environ["OPENAI_MODEL"], "messages": messages, "tools": TOOLS, "tool_choice": "auto"}
    request = urllib.request.Request(
        os.environ["OPENAI_BASE_URL"] + "/chat/completions",
        json.dumps(body).encode(),
        {"content-type": "application/json", "authorization": f"Bearer {os.environ.get('OPENAI_API_KEY', 'none')}"},
    )
    problem = ""
    for attempt in range(MODEL_TRIES):
        if time.time() >= deadline:
            raise Stop("deadline")
        try:
            timeout = min(MODEL_TIMEOUT_SECONDS, max(0.1, deadline - time.time()))
            with urllib.request.urlopen(request, timeout=timeout) as response:
                return json.load(response)["choices"][0]["message"]
        except urllib.error.HTTPError as error:
            problem = f"{error.code}: {error.read().decode(errors='replace')[:500]}"
            if "budget_exceeded" in problem:
                raise Stop(f"budget, {problem}")
            if re.search(r"context[ _](length|size|window)|prompt\b.* too long", problem, re.IGNORECASE):
                raise Stop(f"context, {problem}")
            if error.code < 500 and error.code != 429:
                break
        except (OSError, ValueError, LookupError) as error:
            problem = str(error)
        time.sleep(0.5 * 2**attempt)
    raise RuntimeError(f"the model gave no answer: {problem}")


def solve(task: dict) -> None:
    workspace = Path(task["workspace"])
    deadline = datetime.datetime.fromisoformat(task["deadline"]).timestamp()
    messages = [{"role": "system", "content": SYSTEM_PROMPT}, {"role": "user", "content": task["instruction"]}]
    for step in range(1, MAX_STEPS + 1):
        message = complete(messages, deadline)
        calls = message.get("tool_calls") or []
        answer = {"role": "assistant", "content": message.get("content") or ""}
        messages.append({**answer, "tool_calls": calls} if calls else answer)
        print(f"[{step}] {answer['content']}", flush=True)
        if not calls:
            return
        for call in calls:
            print(f"[{step}] {call['function']['name']} {call['function']['arguments'][:300]}", flush=True)
            result = run_tool(workspace, deadline, call["function"])
            print(result[:500], flush=True)
            messages.append({"role": "tool", "tool_call_id": call["id"], "content": result})
    raise Stop("steps")


def check() -> None:
    with tempfile.TemporaryDirectory() as directory:
        write_file(Path(directory), 0, "a/b.txt", "one")
        result = bash(Path(directory), time.time() + 5, "cat a/b.txt")
        assert result == "one[exit code 0]", result
    print("check: ok")


if __name__ == "__main__":
    if "--check" in sys.argv:
        check()
    else:
        try:
            solve(json.loads(Path(os.environ["EVOLVER_TASK"]).read_text()))
            print("stop: answered")
        except Stop as stop:
            print(f"stop: {stop}")
            sys.exit(3)
