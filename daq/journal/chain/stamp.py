"""Time stamps (RFC 3161) by the package rfc3161-client, whose errors end here."""

from collections.abc import Sequence
from hashlib import sha256

import msgspec
from cryptography.x509 import Certificate, load_pem_x509_certificates
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from daq.errors import DaqError

_GRANTED = 0
_NS = 1_000_000_000


class StampError(DaqError):
    """A time stamp is none, or not of what it should be; the text says why."""


class Question(msgspec.Struct, frozen=True):
    """What an authority is asked (a DER TimeStampReq), of which text, with which number."""

    text: bytes
    request: bytes
    nonce: int


def question(text: bytes) -> Question:
    """Ask for a stamp of the SHA-256 of a text, with the authority's certificate in it."""
    builder = TimestampRequestBuilder().data(text).hash_algorithm(HashAlgorithm.SHA256)
    request = builder.cert_request(cert_request=True).build()
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
        builder = VerifierBuilder()
        for authority in authorities:
            builder = builder.add_root_certificate(authority)
        try:
            builder.build().verify_message(response, text)
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


def _decoded(answer: bytes) -> TimeStampResponse:
    try:
        response = decode_timestamp_response(answer)
    except ValueError as error:
        raise StampError(f"the answer is no time stamp: {error}") from error
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
