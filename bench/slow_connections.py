"""A line on which every connection is slow, and more of them carry more: as to an archive far away."""

import contextlib
import socket
import threading
import time

BLOCK = 128 << 10


class SlowConnections:
    """Passes connections on to `port` of this machine, each with at most `rate` bytes a second of answer."""

    def __init__(self, port, rate):
        self.server_port, self.rate = port, rate
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                server = socket.create_connection(("127.0.0.1", self.server_port))
                for pair in ((client, server, None), (server, client, self.rate)):
                    threading.Thread(target=self.carry, args=pair, daemon=True).start()

    @staticmethod
    def carry(source, target, rate):
        with contextlib.suppress(OSError):
            while block := source.recv(BLOCK):
                if rate:
                    time.sleep(len(block) / rate)
                target.sendall(block)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
