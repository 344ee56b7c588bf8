"""Certificates that sign themselves, made when a test needs them."""

import subprocess


def make_certificate(folder, name):
    """A new key and certificate for `name` ("IP:127.0.0.1", "DNS:pacs.example"): paths of the key, of the certificate
    and of a file with both."""
    key, certificate, both = (folder / f"{kind}.pem" for kind in ("key", "certificate", "both"))
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=archive", "-addext", f"subjectAltName={name}", "-keyout", key, "-out", certificate],
        check=True, capture_output=True)
    both.write_bytes(key.read_bytes() + certificate.read_bytes())
    return key, certificate, both
