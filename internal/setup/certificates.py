"""Joins the system's certificates and a company's in one file.

    python certificates.py company.pem joined.pem

Go and pip take one file, which replaces the system's.
"""

import os
import pathlib
import ssl
import sys

BEGINS = b"-----BEGIN CERTIFICATE-----"
# Where systems keep their certificates, if Python was built for another one.
SYSTEMS = (
    "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem",
)


def system():
    """Returns the certificates that the user or the system trusts, if a file has them."""
    users = os.environ.get("USERS_SSL_CERT_FILE")
    for name in (users, ssl.get_default_verify_paths().cafile, *SYSTEMS):
        if name and os.path.isfile(name):
            return pathlib.Path(name).read_bytes()
    return b""


def main():
    company, joined = (pathlib.Path(argument) for argument in sys.argv[1:])
    try:
        added = company.read_bytes()
    except OSError as error:
        return f"CA names {company}, which can't be read: {error.strerror}."
    if BEGINS not in added:
        return (
            f"CA names {company}, which has no certificate in PEM format: "
            f"openssl x509 -inform der -in {company} -out company.pem makes one."
        )
    content = system() + b"\n" + added
    if not joined.is_file() or joined.read_bytes() != content:
        joined.parent.mkdir(parents=True, exist_ok=True)
        joined.write_bytes(content)


if __name__ == "__main__":
    sys.exit(main())
