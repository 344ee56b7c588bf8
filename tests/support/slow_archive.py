"""A DICOMweb proxy over a slow line, which can be held."""

import re
import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BLOCK = 64 << 10


class SlowArchive:
    """Passes on what `upstream`, a DICOMweb root, answers: all answers together at `rate` bytes a second, and nothing of
    images while it is held. `instances` counts the instances that were asked for one by one."""

    def __init__(self, upstream, rate):
        self.upstream, self.rate = upstream.rstrip("/"), rate
        self.open = threading.Event()
        self.open.set()
        self.lock = threading.Lock()
        self.free_at = time.monotonic()
        self.instances = self.sent = 0
        archive = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                archive.answer(self)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/dicom-web"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        self.open.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def hold(self):
        self.open.clear()

    def release(self):
        self.open.set()

    def answer(self, handler):
        path = handler.path.removeprefix("/dicom-web")
        if re.search(r"/instances/[0-9.]+$", path):
            with self.lock:
                self.instances += 1
        request = urllib.request.Request(self.upstream + path, headers={"Accept": handler.headers.get("Accept", "*/*")})
        try:
            with urllib.request.urlopen(request, timeout=60) as found:
                handler.send_response(found.status)
                handler.send_header("Content-Type", found.headers["Content-Type"])
                handler.send_header("Transfer-Encoding", "chunked")
                handler.end_headers()
                is_image = found.headers["Content-Type"].startswith("multipart/")
                while block := found.read(BLOCK):
                    self.wait(len(block), is_image)
                    handler.wfile.write(b"%x\r\n%s\r\n" % (len(block), block))
                handler.wfile.write(b"0\r\n\r\n")
        except urllib.error.HTTPError as error:
            with error:
                handler.send_error(error.code)
        except OSError:
            handler.close_connection = True  # The client has had enough.

    def wait(self, size, is_image):
        """Until the line has carried so much."""
        if not is_image:
            return
        self.open.wait()
        with self.lock:
            self.sent += size
            self.free_at = max(self.free_at, time.monotonic()) + size / self.rate
            until = self.free_at
        time.sleep(max(0, until - time.monotonic()))
