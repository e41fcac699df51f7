"""The Python function of the host's tests. What it does is said by its input."""

import os
import subprocess

if os.environ.get("BREAK"):
    raise RuntimeError("broken")


class NoLuck(Exception):
    pass


def handler(event, context):
    if event.get("do") == "fail":
        raise NoLuck("no luck")
    if event.get("do") == "exit":
        os._exit(3)
    if event.get("do") == "hang":
        child = subprocess.Popen(["sleep", "1000"])
        print("child", child.pid)
        child.wait()
    return {"pid": os.getpid(), "greeting": os.environ.get("GREETING", "")}
