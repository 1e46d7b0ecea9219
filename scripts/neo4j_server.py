#!/usr/bin/env python3
"""Run a Neo4j Community server without Docker: fetched with Maven, on the loopback interface.

::

    scripts/neo4j_server.py start DIR     # the first time fetches about 130 MB; needs Java 17+ and Maven
    set -a; . DIR/neo4j.env; set +a       # NEO4J_URI, NEO4J_USERNAME, NEO4J_PASSWORD
    litloom build papers/*.txt --store "$NEO4J_URI"
    scripts/neo4j_server.py stop DIR      # keeps the data in DIR

The jars are kept in ``~/.cache/litloom/neo4j``. The tests and benchmarks import this file.
"""

from __future__ import annotations

import argparse
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

import neo4j
from neo4j.exceptions import AuthError, DriverError, Neo4jError

VERSION: Final = "5.26.30"
START_SECONDS: Final = 180
POM: Final = f"""<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>litloom</groupId><artifactId>neo4j-community</artifactId><version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>org.neo4j</groupId><artifactId>neo4j</artifactId><version>{VERSION}</version></dependency>
    <dependency>
      <groupId>org.neo4j.app</groupId><artifactId>neo4j-server</artifactId><version>{VERSION}</version>
    </dependency>
  </dependencies>
</project>
"""
COPY: Final = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
JARS: Final = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "litloom", "neo4j", VERSION)
CONFIGURATION: Final = {
    "server.default_listen_address": "127.0.0.1",
    "server.http.enabled": "false",
    "server.memory.pagecache.size": "64m",
    "dbms.usage_report.enabled": "false",
}


def missing() -> str:
    """Return a message about missing programs, or ``""``."""
    needed = ["java"] if JARS.is_dir() else ["java", "mvn"]
    lacking = [program for program in needed if shutil.which(program) is None]
    return f"{' and '.join(lacking)} not found: install Java 17 or 21, and Maven" if lacking else ""


def fetch() -> Path:
    """Return the folder of Neo4j's jars, after fetching them from Maven Central if needed."""
    if not JARS.is_dir():
        JARS.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=JARS.parent) as folder:
            Path(folder, "pom.xml").write_text(POM, encoding="utf-8")
            copied = Path(folder, "lib")
            command = f"mvn -B -ntp -q {COPY} -DincludeScope=runtime".split()
            command.append(f"-DoutputDirectory={copied}")
            subprocess.run(command, cwd=folder, check=True, stdout=sys.stderr)
            copied.rename(JARS)
    return JARS


class Neo4jServer:
    """A server with data, configuration and logs in one directory.

    Parameters
    ----------
    home
        The directory; made if needed.
    heap
        Size of Java's heap.
    settings
        Settings of ``neo4j.conf``, which override `CONFIGURATION`.
    options
        Further options of Java.
    """

    def __init__(
        self,
        home: Path,
        *,
        heap: str = "512m",
        settings: Mapping[str, str] | None = None,
        options: Sequence[str] = (),
    ) -> None:
        self.home = home
        self.username = "neo4j"
        self._heap = heap
        self._options = options
        self._settings = {**CONFIGURATION, **(settings or {})}
        self._port, self.password, self._fresh = self._remembered()

    @property
    def uri(self) -> str:
        """The URI of the server."""
        return f"neo4j://127.0.0.1:{self._port}"

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables that litloom reads."""
        return {"NEO4J_URI": self.uri, "NEO4J_USERNAME": self.username, "NEO4J_PASSWORD": self.password}

    def start(self, settings: Mapping[str, str] | None = None) -> None:
        """Start the server, with further settings, and wait until it answers."""
        configuration = {
            **self._settings,
            "server.bolt.listen_address": f"127.0.0.1:{self._port}",
            "server.bolt.advertised_address": f"127.0.0.1:{self._port}",
            **(settings or {}),
        }
        conf = self.home / "conf"
        conf.mkdir(parents=True, exist_ok=True)
        lines = [f"{name}={value}\n" for name, value in configuration.items()]
        (conf / "neo4j.conf").write_text("".join(lines), encoding="utf-8")
        process = self._java(
            "org.neo4j.server.CommunityEntryPoint", "--home-dir", self.home, "--config-dir", conf
        )
        (self.home / "pid").write_text(str(process.pid))
        self._await(process)

    def stop(self) -> None:
        """Shut the server down."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Kill the server."""
        self._end(signal.SIGKILL)

    def admin(self, *arguments: str | Path, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run ``neo4j-admin`` on the data of this server, which must be stopped."""
        (self.home / "conf").mkdir(parents=True, exist_ok=True)
        (self.home / "conf" / "neo4j.conf").touch()
        environment = {**os.environ, "NEO4J_HOME": str(self.home), "NEO4J_CONF": str(self.home / "conf")}
        return subprocess.run(
            [*self._command(), "org.neo4j.cli.AdminTool", *map(str, arguments)],
            env=environment,
            cwd=folder,
            capture_output=True,
            text=True,
        )

    def _remembered(self) -> tuple[int, str, bool]:
        note = self.home / "neo4j.env"
        if note.exists():
            known = dict(line.split("=", 1) for line in note.read_text().split())
            return int(known["NEO4J_URI"].rpartition(":")[2]), known["NEO4J_PASSWORD"], False
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            return free.getsockname()[1], secrets.token_urlsafe(18), True

    def _remember(self) -> None:
        note = self.home / "neo4j.env"
        note.touch(mode=0o600)
        note.write_text("".join(f"{name}={value}\n" for name, value in self.environment.items()))
        self._fresh = False

    def _command(self) -> list[str]:
        return ["java", f"-Xms{self._heap}", f"-Xmx{self._heap}", *self._options, "-cp", f"{fetch()}/*"]

    def _java(self, main: str, *arguments: str | Path) -> subprocess.Popen[bytes]:
        with (self.home / "console.log").open("ab") as log:
            return subprocess.Popen(
                [*self._command(), main, *map(str, arguments)],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )

    def _await(self, process: subprocess.Popen[bytes]) -> None:
        until = time.monotonic() + START_SECONDS
        while process.poll() is None and time.monotonic() < until:
            if self._answers():
                return
            time.sleep(0.2)
        process.kill()
        raise RuntimeError(f"Neo4j does not start; see {self.home / 'console.log'}")

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self._port), timeout=1):
                pass
            if self._fresh:
                change = "ALTER CURRENT USER SET PASSWORD FROM 'neo4j' TO $new"
                self._ask("neo4j", change, "system", new=self.password)
                self._remember()
            self._ask(self.password, "RETURN 1", "neo4j")
        except AuthError:
            raise
        except (OSError, DriverError, Neo4jError):
            return False
        return True

    def _ask(self, password: str, query: str, database: str, **parameters: str) -> None:
        bolt = f"bolt://127.0.0.1:{self._port}"
        with (
            neo4j.GraphDatabase.driver(bolt, auth=(self.username, password)) as driver,
            driver.session(database=database) as session,
        ):
            session.run(query, parameters).consume()

    def _end(self, how: signal.Signals) -> None:
        note = self.home / "pid"
        if not note.exists():
            return
        pid = int(note.read_text())
        with suppress(ProcessLookupError):
            os.kill(pid, how)
        while _runs(pid):
            time.sleep(0.05)
        note.unlink()


def _runs(pid: int) -> bool:
    """Return whether a process runs, after reaping it if it is a child that has ended."""
    try:
        ended, _ = os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        return True
    return ended == 0


def main() -> None:
    """Start or stop a server."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("action", choices=["start", "stop", "fetch"])
    parser.add_argument("directory", type=Path, nargs="?", default=Path("neo4j-server"))
    parser.add_argument("--heap", default="512m", help="memory for Java's objects (512m)")
    arguments = parser.parse_args()
    if lacking := missing():
        parser.error(lacking)
    try:
        jars = fetch()
    except subprocess.CalledProcessError:
        parser.error("Maven could not fetch Neo4j; see its output above")
    if arguments.action == "fetch":
        sys.stdout.write(f"{jars}\n")
        return
    server = Neo4jServer(arguments.directory.resolve(), heap=arguments.heap)
    if arguments.action == "stop":
        server.stop()
    else:
        server.start()
        sys.stdout.write(
            f"Neo4j {VERSION} answers at {server.uri}; the credentials are in {server.home}/neo4j.env\n"
        )


if __name__ == "__main__":
    main()
