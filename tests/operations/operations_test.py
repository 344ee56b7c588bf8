"""What an operator relies on: probes, metrics in a real Prometheus, options, the start page, memory at rest."""

import json
import re
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from tests.support import junit
from tests.support.processes import Server, Vitrine, free_port, wait_for_http

DEMO = "--archive=demo=demo:"


def run(*flags, environment=None):
    """Exit status and standard error of a service that is not meant to start."""
    process = subprocess.run([Vitrine.BINARY, "--http_listen=127.0.0.1:0", "--grpc_listen=127.0.0.1:0",
                              "--admin_listen=127.0.0.1:0", *flags], env=environment or {}, capture_output=True, text=True,
                             timeout=30)
    return process.returncode, process.stdout, process.stderr


def fetch(url):
    with urllib.request.urlopen(url, timeout=10) as response:
        return response.status, response.read().decode()


def first_instance(vitrine, modality):
    """The DICOMweb path of one demonstration instance."""
    _, _, body = vitrine.get(f"/dicom-web/instances?Modality={modality}&limit=1")
    dataset = json.loads(body)[0]
    uid = lambda tag: dataset[tag]["Value"][0]
    return f"/dicom-web/studies/{uid('0020000D')}/series/{uid('0020000E')}/instances/{uid('00080018')}"


class Prometheus(Server):
    """A real Prometheus that scrapes one target every second."""

    def __init__(self, target):
        self.folder = tempfile.TemporaryDirectory()
        self.url = f"http://127.0.0.1:{free_port()}"
        configuration = Path(self.folder.name) / "prometheus.yml"
        configuration.write_text(
            "global: {scrape_interval: 1s}\n"
            f"scrape_configs: [{{job_name: vitrine, static_configs: [{{targets: ['{target}']}}]}}]\n")
        super().__init__(["prometheus", f"--config.file={configuration}", f"--storage.tsdb.path={self.folder.name}/data",
                          f"--web.listen-address={self.url.removeprefix('http://')}"], stderr=subprocess.DEVNULL)
        wait_for_http(f"{self.url}/-/ready", process=self.process)

    def stop(self):
        status = super().stop()
        self.folder.cleanup()
        return status

    def query(self, expression):
        """[(labels, value)]"""
        _, text = fetch(f"{self.url}/api/v1/query?query={urllib.parse.quote(expression)}")
        return [(row["metric"], float(row["value"][1])) for row in json.loads(text)["data"]["result"]]


class MetricsInPrometheus(unittest.TestCase):
    def test_a_real_prometheus_reads_them(self):
        with Vitrine(DEMO, "--renderer=cpu") as vitrine, Prometheus(vitrine.admin) as prometheus:
            picture = first_instance(vitrine, "CT") + "/rendered"
            for _ in range(3):
                self.assertEqual(vitrine.get(picture)[0], 200)
            self.assertEqual(vitrine.get(picture + "?window=1")[0], 400)
            deadline = time.monotonic() + 30
            requests = 'vitrine_requests_total{route="rendered_instance"}'
            while len(prometheus.query(requests)) < 2 and time.monotonic() < deadline:
                time.sleep(0.2)
            self.assertEqual({labels["code"]: value for labels, value in prometheus.query(requests)},
                             {"200": 3, "400": 1})
            value = lambda expression: prometheus.query(expression)[0][1]
            self.assertEqual(value('vitrine_errors_total{category="invalid_request"}'), 1)
            self.assertEqual(value('vitrine_request_duration_seconds_count{route="rendered_instance"}'), 4)
            for span in ("queue", "fetch", "decode", "render", "encode"):
                self.assertGreaterEqual(value(f'vitrine_span_duration_seconds_count{{span="{span}"}}'), 1, span)
            self.assertEqual(value('vitrine_cache_hits_total{cache="pictures"}'), 2)
            self.assertEqual(value('vitrine_cache_misses_total{cache="instances"}'), 1)
            self.assertGreaterEqual(value("vitrine_cpu_slots"), 1)
            renderer, one = prometheus.query("vitrine_renderer_info")[0]
            self.assertEqual((renderer["backend"], renderer["software"], one), ("simd", "true", 1))


class Probes(unittest.TestCase):
    def test_live_and_ready(self):
        with Vitrine(DEMO) as vitrine:
            self.assertEqual(fetch(f"http://{vitrine.admin}/livez"), (200, "ok\n"))
            vitrine.await_ready(200)
            self.assertEqual(fetch(f"http://{vitrine.admin}/readyz"), (200, "ok\n"))

    def test_not_ready_while_no_archive_answers(self):
        with Vitrine(f"--archive=gone=http://127.0.0.1:{free_port()}/dicom-web", "--archive_retries=0") as vitrine:
            self.assertEqual(fetch(f"http://{vitrine.admin}/livez")[0], 200)
            with self.assertRaises(urllib.error.HTTPError) as raised:
                fetch(f"http://{vitrine.admin}/readyz")
            self.assertEqual(raised.exception.code, 503)
            raised.exception.close()

    def test_idle_memory(self):
        with Vitrine(DEMO, "--renderer=cpu") as vitrine:
            time.sleep(1)
            status = Path(f"/proc/{vitrine.process.pid}/status").read_text()
            self.assertLess(int(re.search(r"VmRSS:\s+(\d+)", status).group(1)), 150 * 1024)


class Options(unittest.TestCase):
    def test_what_is_unknown_or_unsafe_is_a_start_error(self):
        for flags, environment, message in (
                (["--nonsense=1"], {}, "--nonsense"),
                ([], {"VITRINE_NONSENSE": "1"}, "VITRINE_NONSENSE"),
                (["--http_listen=0.0.0.0:0"], {}, "--allow_anonymous"),
                (["--auth=oidc"], {}, "--auth"),
                (["--archive=a=ftp://x"], {}, "--archive"),
                (["--archive=a=dir:/nonexistent"], {}, "--archive"),
                (["--renderer=vulkan"], {}, "--renderer")):
            with self.subTest(flags=flags, environment=environment):
                status, output, errors = run(*flags, environment=environment)
                self.assertNotEqual(status, 0)
                self.assertEqual(output, "")
                self.assertIn(message, errors)

    def test_software_gl_is_no_gpu(self):
        with Vitrine(DEMO, "--renderer=auto") as vitrine:
            if vitrine.renderer != "simd":
                self.skipTest(f"this machine has a GPU: {vitrine.renderer}")
        status, _, errors = run(DEMO, "--renderer=gpu")
        self.assertNotEqual(status, 0)
        self.assertIn("GPU", errors)

    def test_print_config_masks_passwords(self):
        status, output, _ = run("--archive=a=https://user:secret@pacs/dicom-web", "--print_config")
        self.assertEqual(status, 0)
        self.assertIn("archive=a=https://user:***@pacs/dicom-web", output)
        self.assertNotIn("secret", output)

    def test_the_configuration_page_is_current(self):
        _, output, _ = run("--print_configuration_page")
        self.assertEqual(output, Path("docs/configuration.md").read_text())


class StartPage(unittest.TestCase):
    def test_assets(self):
        with Vitrine(DEMO) as vitrine:
            for path, content_type in (("/", "text/html"), ("/app.js", "text/javascript"), ("/page.css", "text/css")):
                status, headers, body = vitrine.get(path)
                self.assertEqual(status, 200)
                self.assertTrue(headers["Content-Type"].startswith(content_type))
                self.assertIn("default-src 'none'", headers["Content-Security-Policy"])
                self.assertTrue(body)
            self.assertEqual(vitrine.get("/nothing")[0], 404)
            status, headers, _ = vitrine.get("/", method="POST")
            self.assertEqual((status, headers["Allow"]), (405, "GET, HEAD"))


if __name__ == "__main__":
    junit.main()
