"""Time stamps (RFC 3161) by the package rfc3161-client, whose errors end here."""

from collections.abc import Sequence
from hashlib import sha256

import msgspec
from cryptography.x509 import (
    Certificate,
    ExtendedKeyUsage,
    ExtensionNotFound,
    load_pem_x509_certificates,
)
from cryptography.x509.oid import ExtendedKeyUsageOID
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    Verifier,
    VerifierBuilder,
    decode_timestamp_response,
)

from daq.errors import DaqError

_GRANTED = 0
_NS = 1_000_000_000


class StampError(DaqError):
    """A time stamp is none, or not of what it should be; the text says why."""


class StampUnreadableError(StampError):
    """An answer is not the strict DER that RFC 3161 asks for."""


class Question(msgspec.Struct, frozen=True):
    """What an authority is asked (a DER TimeStampReq), of which text, with which number."""

    text: bytes
    request: bytes
    nonce: int


def question(text: bytes, *, certificates: bool = True) -> Question:
    """Ask for a stamp of the SHA-256 of a text, with the authority's ``certificates`` in it."""
    builder = TimestampRequestBuilder().data(text).hash_algorithm(HashAlgorithm.SHA256)
    request = builder.cert_request(cert_request=certificates).build()
    return Question(text, request.as_bytes(), request.nonce or 0)


def answered(asked: Question, answer: bytes) -> int:
    """The time that an authority states in its answer, ns since 1970 UTC.

    Whether it is one to trust is not looked at; ``stamped`` does.

    Raises:
        StampError: it declines, or its answer is not of this question.
    """
    response = _decoded(answer)
    if response.tst_info.nonce != asked.nonce:
        raise StampError("the answer is not of this question")
    return _time(response, asked.text)


def stamped(text: bytes, answer: bytes, authorities: Sequence[Certificate]) -> int:
    """The time a stamp states (ns since 1970 UTC), if it is of a text.

    With ``authorities`` it has to be by one they vouch for.

    Raises:
        StampError: it is not.
    """
    response = _decoded(answer)
    time = _time(response, text)
    if authorities:
        try:
            _verifier(response, authorities).verify_message(response, text)
        except (VerificationError, ValueError) as error:
            raise StampError(f"not by an authority that was given: {error}") from error
    return time


def authorities_of(pem: bytes, where: str) -> list[Certificate]:
    """The certificates in a PEM file.

    Raises:
        StampError: it holds none.
    """
    try:
        return load_pem_x509_certificates(pem)
    except ValueError as error:
        raise StampError(f"{where}: holds no certificate as PEM: {error}") from error


def _verifier(response: TimeStampResponse, authorities: Sequence[Certificate]) -> Verifier:
    """Of authorities, and of the one that stamped, where it has not put its certificate in."""
    builder = VerifierBuilder()
    for certificate in authorities:
        if not _stamps(certificate):
            builder = builder.add_root_certificate(certificate)
        elif not response.signed_data.certificates:
            builder = builder.tsa_certificate(certificate)
    return builder.build()


def _stamps(certificate: Certificate) -> bool:
    """Whether it is of one that stamps, and not of an authority over such."""
    try:
        usage = certificate.extensions.get_extension_for_class(ExtendedKeyUsage).value
    except ExtensionNotFound:
        return False
    return ExtendedKeyUsageOID.TIME_STAMPING in usage


def _decoded(answer: bytes) -> TimeStampResponse:
    try:
        response = decode_timestamp_response(answer)
    except ValueError as error:
        raise StampUnreadableError(f"the answer is no time stamp: {error}") from error
    if response.status != _GRANTED:
        raise StampError(f"declined: {', '.join(response.status_string) or response.status}")
    return response


def _time(response: TimeStampResponse, text: bytes) -> int:
    try:
        info = response.tst_info
        imprint, time = info.message_imprint.message, info.gen_time
    except ValueError as error:
        raise StampError(f"the answer is no time stamp: {error}") from error
    if imprint != sha256(text).digest():
        raise StampError("the stamp is of something else")
    return int(time.timestamp() * _NS)
