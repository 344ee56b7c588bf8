"""A small WebSocket client (RFC 6455) that can also misbehave."""

import base64
import json
import os
import socket
import struct

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


class Closed(Exception):
    """The connection has ended; `code` is None where it did without a close frame."""

    def __init__(self, code=None, reason=""):
        super().__init__(f"closed: {code} {reason}")
        self.code, self.reason = code, reason


class Refused(Exception):
    """The answer to the handshake was another one than 101."""

    def __init__(self, status):
        super().__init__(f"refused: {status}")
        self.status = status


class WebSocket:
    def __init__(self, address, path="/v1/stream", headers=None, timeout=30, receive_buffer=None):
        host, port = address.rsplit(":", 1)
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(timeout)
        self.socket.connect((host, int(port)))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [f"GET {path} HTTP/1.1", f"Host: {address}", "Upgrade: websocket", "Connection: Upgrade",
                 "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {key}",
                 *(f"{name}: {value}" for name, value in (headers or {}).items())]
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode())
        answer = b""
        while b"\r\n\r\n" not in answer:
            byte = self.socket.recv(1)
            if not byte:
                raise Closed()
            answer += byte
        status = int(answer.split()[1])
        if status != 101:
            self.socket.close()
            raise Refused(status)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.abort()

    def abort(self):
        """Leaves without a word."""
        self.socket.close()

    def close(self, code=1000):
        """Ends as the standard asks for; returns the code of the server's answer."""
        self.send_frame(CLOSE, struct.pack(">H", code))
        try:
            while True:
                self.receive()
        except Closed as closed:
            return closed.code

    def send_frame(self, opcode, payload):
        size = len(payload)
        head = bytes([0x80 | opcode])
        if size < 126:
            head += bytes([0x80 | size])
        elif size < 1 << 16:
            head += bytes([0x80 | 126]) + struct.pack(">H", size)
        else:
            head += bytes([0x80 | 127]) + struct.pack(">Q", size)
        mask = os.urandom(4)
        masked = (int.from_bytes(payload, "big") ^ int.from_bytes((mask * (size // 4 + 1))[:size], "big")).to_bytes(size, "big")
        self.socket.sendall(head + mask + masked)

    def send_text(self, text):
        self.send_frame(TEXT, text.encode() if isinstance(text, str) else text)

    def _exactly(self, count):
        chunks = bytearray()
        while len(chunks) < count:
            chunk = self.socket.recv(min(count - len(chunks), 1 << 20))
            if not chunk:
                raise Closed()
            chunks += chunk
        return bytes(chunks)

    def receive(self):
        """(opcode, payload) of the next message; pings are answered on the way."""
        while True:
            first, size = self._exactly(2)
            if size == 126:
                size, = struct.unpack(">H", self._exactly(2))
            elif size == 127:
                size, = struct.unpack(">Q", self._exactly(8))
            payload = self._exactly(size)
            opcode = first & 0x0F
            if opcode == PING:
                self.send_frame(PONG, payload)
            elif opcode == CLOSE:
                code = struct.unpack(">H", payload[:2])[0] if size >= 2 else None
                try:
                    self.send_frame(CLOSE, payload[:2])
                    self.socket.close()
                except OSError:
                    pass
                raise Closed(code, payload[2:].decode())
            elif opcode != PONG:
                assert first & 0x80, "the server does not fragment"
                return opcode, payload


class Stream(WebSocket):
    """/v1/stream: updates as dictionaries in the proto3 JSON form, frames as (header, picture)."""

    def update(self, sequence, view, output=None, **fields):
        message = {"sequence": sequence, "view": view, **fields}
        if output:
            message["output"] = output
        self.send_text(json.dumps(message))

    def frame(self):
        """(header, picture) of a binary message; ({"error": {...}}, b"") of a text message."""
        opcode, payload = self.receive()
        if opcode == TEXT:
            return {"error": json.loads(payload)}, b""
        size, = struct.unpack(">I", payload[:4])
        return json.loads(payload[4:4 + size]), payload[4 + size:]

    def picture(self):
        """The next frame that is no progress."""
        while True:
            header, picture = self.frame()
            if "progress" not in header:
                return header, picture

    def answer(self, sequence):
        """The last word on an update, and all frames before it."""
        before = []
        while True:
            header, picture = self.frame()
            if "error" in header or (header.get("sequence") == str(sequence) and "progress" not in header
                                     and not header.get("preliminary")):
                return header, picture, before
            before.append((header, picture))
