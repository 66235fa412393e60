"""A real browser for the tests, spoken to over two pipes: no driver, no library, no port."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome", "microsoft-edge")

# The browser reads its third and writes its fourth descriptor; a shell cannot put them there
# when ours have two digits.
_AT_THREE_AND_FOUR = """
import fcntl, os, sys
read, written = (fcntl.fcntl(int(number), fcntl.F_DUPFD, 10) for number in sys.argv[1:3])
os.dup2(read, 3)
os.dup2(written, 4)
os.execv(sys.argv[3], sys.argv[3:])
"""


def find_browser() -> str | None:
    """Return the browser of ``RONGZHEN_CHROMIUM`` or the path, None without one."""
    chosen = os.environ.get("RONGZHEN_CHROMIUM")
    if chosen or os.name == "nt":  # descriptors by number need POSIX
        return chosen
    return next((found for name in NAMES if (found := shutil.which(name))), None)


class Browser:
    """A headless Chromium with its own profile in ``folder``."""

    def __init__(self, folder: Path) -> None:
        executable = find_browser()
        assert executable is not None
        self.downloads = folder / "downloads"
        self.downloads.mkdir(parents=True)
        read_by_browser, self._out = os.pipe()
        self._in, written_by_browser = os.pipe()
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-c",
                _AT_THREE_AND_FOUR,
                str(read_by_browser),
                str(written_by_browser),
                executable,
                "--headless=new",
                "--remote-debugging-pipe",
                "--no-sandbox",
                "--no-first-run",
                "--disable-gpu",
                "--disable-extensions",
                "--disable-background-networking",
                f"--user-data-dir={folder / 'profile'}",
                "about:blank",
            ],
            pass_fds=(read_by_browser, written_by_browser),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(read_by_browser)
        os.close(written_by_browser)
        self._waiting = b""
        self._count = 0
        self.requests: list[str] = []
        self.problems: list[str] = []
        self._session = ""
        try:
            self._attach()
        except BaseException:
            self._process.kill()
            self._process.wait()
            raise

    def _attach(self) -> None:
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")
        self.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(self.downloads))

    def close(self) -> None:
        """End the browser and its children."""
        self._send("Browser.close", {})
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._out)
        os.close(self._in)

    def _send(self, method: str, parameters: Mapping[str, Any]) -> int:
        self._count += 1
        message: dict[str, Any] = {"id": self._count, "method": method, "params": parameters}
        if self._session and not method.startswith(("Target.", "Browser.")):
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        return self._count

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Return the answer to one command."""
        number = self._send(method, parameters)
        while True:
            message = self._next()
            if message.get("id") == number:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']['message']}")
                result: dict[str, Any] = message["result"]
                return result
            self._note(message)

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._waiting:
            more = os.read(self._in, 65536)
            if not more:
                raise RuntimeError("the browser ended")
            self._waiting += more
        first, _, self._waiting = self._waiting.partition(b"\0")
        message: dict[str, Any] = json.loads(first)
        return message

    def _note(self, message: Mapping[str, Any]) -> None:
        match message.get("method"):
            case "Network.requestWillBeSent":
                self.requests.append(message["params"]["request"]["url"])
            case "Runtime.exceptionThrown":
                self.problems.append(str(message["params"]["exceptionDetails"]))
            case "Log.entryAdded":
                self.problems.append(str(message["params"]["entry"]["text"]))

    def open(self, page: Path) -> None:
        """Open a file and wait until its script has run."""
        self.call("Page.navigate", url=page.resolve().as_uri())
        self.wait("document.readyState === 'complete'")

    def run(self, script: str) -> Any:
        """Return the value of an expression in the page."""
        found = self.call(
            "Runtime.evaluate",
            expression=script,
            returnByValue=True,
            awaitPromise=True,
            userGesture=True,  # else the eleventh download of a page is blocked
        )
        if "exceptionDetails" in found:
            raise RuntimeError(str(found["exceptionDetails"]))
        return found["result"].get("value")

    def wait(self, condition: str, *, seconds: float = 20.0) -> None:
        """Wait until an expression is true."""
        deadline = time.monotonic() + seconds
        while not self.run(condition):
            if time.monotonic() > deadline:
                raise TimeoutError(condition)
            time.sleep(0.02)

    def key(self, key: str) -> None:
        """Press one key: a letter, or Tab, Enter, Space, ArrowDown …"""
        known = {
            "Tab": (9, ""),
            "Enter": (13, "\r"),
            " ": (32, " "),
            "ArrowDown": (40, ""),
            "ArrowRight": (39, ""),
            "ArrowUp": (38, ""),
        }
        code, text = known.get(key, (ord(key[0].upper()), key))
        facts = {"key": key, "windowsVirtualKeyCode": code, "code": "Space" if key == " " else key}
        self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **facts)
        self.call("Input.dispatchKeyEvent", type="keyUp", **facts)

    def type(self, text: str) -> None:
        """Type into the focused field."""
        self.call("Input.insertText", text=text)

    def screenshot(self, path: Path, *, width: int = 1180, height: int = 720) -> None:
        """Write a picture of the page."""
        import base64

        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        data = self.call("Page.captureScreenshot")["data"]
        path.write_bytes(base64.b64decode(data))

    def downloaded(self, count: int) -> list[Path]:
        """Return the finished downloads once there are ``count`` of them."""
        deadline = time.monotonic() + 20
        while True:
            found = sorted(self.downloads.glob("*.json"))
            if len(found) >= count:
                return found
            if time.monotonic() > deadline:
                raise TimeoutError(f"{len(found)} downloads")
            time.sleep(0.05)
