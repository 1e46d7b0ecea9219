"""A headless Chromium for the tests of pages, with a look at its console and its network."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1440,900",
)
ARTIFACTS = Path(__file__).parents[1] / "test-artifacts"


class Browser:
    """One window that opens pages from files."""

    def __init__(self, profile: Path) -> None:
        program = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
        driver = shutil.which("chromedriver")
        missing = [
            n for n, path in (("Chromium", program), ("its driver, chromedriver", driver)) if path is None
        ]
        if missing:
            pytest.skip(f"needs {' and '.join(missing)} (Debian: apt-get install chromium chromium-driver)")
        from selenium import webdriver
        from selenium.webdriver.chrome.service import Service

        options = webdriver.ChromeOptions()
        options.binary_location = program
        for flag in (*FLAGS, f"--user-data-dir={profile}"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver: Any = webdriver.Chrome(options=options, service=Service(driver))

    def open(
        self, page: Path, *, fragment: str = "", width: int = 1440, height: int = 900, dark: bool = False
    ) -> None:
        """Open a page anew, at a size and in a colour scheme, and start its logs afresh."""
        self.driver.get("about:blank")
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False},
        )
        self.look(dark)
        self.log()
        self.traffic()
        self.driver.get(page.as_uri() + fragment)

    def look(self, dark: bool, media: str = "") -> None:
        features = [
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media, "features": features})

    def js(self, script: str, *values: Any) -> Any:
        return self.driver.execute_script(script, *values)

    def find(self, selector: str) -> Any:
        return self.driver.find_element("css selector", selector)

    def all(self, selector: str) -> list[Any]:
        return list(self.driver.find_elements("css selector", selector))

    def texts(self, selector: str) -> list[str]:
        return [element.text for element in self.all(selector)]

    def keys(self, *keys: str, into: str = "body") -> None:
        self.find(into).send_keys(*keys)

    def until(self, test: Callable[[], Any], seconds: float = 15) -> Any:
        """Wait for a test to come true, and return what it gave."""
        end = time.monotonic() + seconds
        while not (result := test()):
            assert time.monotonic() < end, "waited in vain"
            time.sleep(0.02)
        return result

    def log(self) -> list[str]:
        """Return what was written to the console since the last call."""
        return [f"{entry['level']}: {entry['message']}" for entry in self.driver.get_log("browser")]

    def traffic(self) -> list[str]:
        """Return the addresses asked for since the last call, except the page's and data in the page."""
        sent = []
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                request, kind = message["params"]["request"]["url"], message["params"].get("type")
                if kind != "Document" and not request.startswith("data:"):
                    sent.append(request)
        return sent

    def shoot(self, name: str) -> Path:
        """Save a picture of the window for a person to look at."""
        ARTIFACTS.mkdir(exist_ok=True)
        path = ARTIFACTS / f"{name}.png"
        self.driver.save_screenshot(str(path))
        return path
