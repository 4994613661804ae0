"""A certificate authority for what local AWS serves over TLS; it lives as long as the process, in no trust store.

Functions learn of it through the variables that their languages read anyway, so that code which says `https://` works
as on AWS.
"""

import atexit
import datetime
import functools
import ipaddress
import os
import pathlib
import shutil
import ssl
import tempfile
import threading

_VALID_DAYS = 800

_lock = threading.Lock()
_folder = None


def server_context():
    """The TLS settings of a server on this machine."""
    return _context(str(_files()))


def variables():
    """What makes a function trust the authority beside the public ones; nothing while nothing is served over TLS."""
    if _folder is None:
        return {}
    bundle = str(_folder / "bundle.pem")
    return {
        "AWS_CA_BUNDLE": bundle, "REQUESTS_CA_BUNDLE": bundle, "SSL_CERT_FILE": bundle,
        "NODE_EXTRA_CA_CERTS": str(_folder / "authority.pem")}


@functools.lru_cache(maxsize=1)
def _context(folder):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(os.path.join(folder, "server.pem"))
    context.set_alpn_protocols(["http/1.1"])
    return context


def _files():
    """Make the keys and certificates with the first server."""
    global _folder
    with _lock:
        if _folder is None:
            folder = pathlib.Path(tempfile.mkdtemp(prefix="slsx-certificates-"))
            atexit.register(shutil.rmtree, folder, ignore_errors=True)
            _write(folder)
            _folder = folder
        return _folder


def _write(folder):
    import botocore

    authority, server = _issue()
    public = pathlib.Path(botocore.__file__).with_name("cacert.pem").read_bytes()
    (folder / "authority.pem").write_bytes(authority)
    (folder / "bundle.pem").write_bytes(public + b"\n" + authority)
    (folder / "server.pem").touch(mode=0o600)
    (folder / "server.pem").write_bytes(server)


def _issue():
    """The authority's certificate, and the server's with its key; the authority's key is forgotten."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    root_key, server_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root_name, server_name = _name("slsx local AWS"), _name("localhost")
    root = _certificate(root_name, root_key, root_name, root_key, is_authority=True)
    server = _certificate(server_name, server_key, root_name, root_key, is_authority=False)
    pem = serialization.Encoding.PEM
    key = server_key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return root.public_bytes(pem), server.public_bytes(pem) + key


def _name(text):
    from cryptography import x509

    return x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, text)])


def _certificate(subject, key, issuer, issuer_key, is_authority):
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes

    now = datetime.datetime.now(datetime.timezone.utc)
    builder = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=_VALID_DAYS))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=0 if is_authority else None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False))
    if is_authority:
        builder = builder.add_extension(x509.KeyUsage(
            digital_signature=False, content_commitment=False, key_encipherment=False, data_encipherment=False,
            key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False),
            critical=True)
    else:
        names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        usage = x509.ExtendedKeyUsage([x509.oid.ExtendedKeyUsageOID.SERVER_AUTH])
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False).add_extension(
            usage, critical=False)
    return builder.sign(issuer_key, hashes.SHA256())
