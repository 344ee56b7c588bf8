"""multipart/related answers (RFC 2387), taken apart strictly."""

import re


def parts_of(headers, body):
    """(headers, content) of each part, the headers' names in lower case."""
    boundary = re.search(r'boundary="?([^";]+)"?', headers["Content-Type"])[1].encode()
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary)
    if pieces[0] != b"" or not pieces[-1].startswith(b"--"):
        raise ValueError(f"no proper multipart: {headers['Content-Type']}")
    parts = []
    for piece in pieces[1:-1]:
        head, _, content = piece.partition(b"\r\n\r\n")
        lines = [line.split(": ", 1) for line in head.decode("ascii").strip().split("\r\n")]
        parts.append(({name.lower(): value for name, value in lines}, content))
    return parts
