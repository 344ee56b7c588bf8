"""Servers for tests: started on free loopback ports, stopped by their process id."""

import json
import os
import re
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path


def free_port():
    """A loopback port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_http(url, seconds=30, process=None):
    """Returns when `url` answers with any status."""
    deadline = time.monotonic() + seconds
    while True:
        if process is not None and process.poll() is not None:
            raise RuntimeError(f"the server for {url} ended with {process.returncode}")
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


class Server:
    """A process that a with statement ends."""

    def __init__(self, command, **kwargs):
        self.process = subprocess.Popen(command, **kwargs)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        """SIGTERM, then SIGKILL after ten seconds; returns the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
        for stream in (self.process.stdout, self.process.stdin):
            if stream:
                stream.close()
        return self.process.wait()


class Vitrine(Server):
    """The service; `http`, `grpc` and `admin` are HOST:PORT, `renderer` what it draws with."""

    BINARY = "service/app/vitrine"

    def __init__(self, *flags, log=None):
        listens = [f"--{name}_listen=127.0.0.1:0" for name in ("http", "grpc", "admin")]
        super().__init__([os.environ.get("VITRINE_BINARY_UNDER_TEST", self.BINARY), *listens, *flags],
                         env={key: value for key, value in os.environ.items() if not key.startswith("VITRINE_")},
                         stdout=subprocess.PIPE, stderr=log, text=True)
        line = self.process.stdout.readline()
        match = re.match(r"vitrine ready http=(\S+) grpc=(\S+) admin=(\S+) renderer=(.+)", line)
        if not match:
            self.stop()
            raise RuntimeError(f"the service did not start: {line!r}")
        self.http, self.grpc, self.admin, self.renderer = match.groups()

    def get(self, path, accept="*/*", headers=None, method="GET", body=None):
        """(status, headers, body) of a request below the root; redirects and errors are answers like any other."""
        request = urllib.request.Request(f"http://{self.http}{path}", method=method, data=body,
                                         headers={"Accept": accept, **(headers or {})})
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return response.status, response.headers, response.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers, error.read()

    def post(self, path, body, content_type="application/json", **kwargs):
        """The same for a body: bytes, or what becomes JSON."""
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
        headers = {"Content-Type": content_type} if content_type else {}
        return self.get(path, headers=headers, method="POST", body=body, **kwargs)

    def ready(self):
        """The status of /readyz."""
        try:
            with urllib.request.urlopen(f"http://{self.admin}/readyz", timeout=5) as response:
                return response.status
        except urllib.error.HTTPError as error:
            with error:
                return error.code

    def await_ready(self, status):
        """Waits until /readyz, which knows the archives as they were some seconds ago, answers so."""
        deadline = time.monotonic() + 30
        while (found := self.ready()) != status:
            if time.monotonic() > deadline:
                raise AssertionError(f"/readyz still answers {found}")
            time.sleep(0.05)


class Orthanc(Server):
    """A real archive: Orthanc with its DICOMweb plug-in on `url` (the DICOMweb root) and `rest`, in a folder of its own.
    `configuration` and `environment` are added to what it is started with."""

    def __init__(self, configuration=None, environment=None):
        self.folder = tempfile.TemporaryDirectory()
        port = free_port()
        settings = {
            "Name": "test", "StorageDirectory": self.folder.name, "IndexDirectory": self.folder.name,
            "HttpPort": port, "DicomPort": free_port(), "RemoteAccessAllowed": False, "AuthenticationEnabled": False,
            "DicomServerEnabled": False, "SslEnabled": False, "LimitFindResults": 0, "LimitFindInstances": 0,
            "Plugins": ["/usr/share/orthanc/plugins"], "DicomWeb": {"Enable": True, "Root": "/dicom-web/"},
            **(configuration or {}),
        }
        path = Path(self.folder.name) / "orthanc.json"
        path.write_text(json.dumps(settings))
        self.log = open(Path(self.folder.name) / "orthanc.log", "wb")
        super().__init__(["Orthanc", str(path)], stdout=self.log, stderr=self.log,
                         env={**os.environ, **(environment or {}), "PATH": os.environ.get("PATH", "") + ":/usr/sbin"})
        self.rest = f"http://127.0.0.1:{port}"
        self.url = f"{self.rest}/dicom-web"
        wait_for_http(f"{self.rest}/system", process=self.process)

    def stop(self):
        status = super().stop()
        self.log.close()
        self.folder.cleanup()
        return status

    def upload(self, files):
        """Stores PS3.10 files, given as bytes."""
        for content in files:
            urllib.request.urlopen(
                urllib.request.Request(f"{self.rest}/instances", data=content, method="POST"), timeout=60).close()
