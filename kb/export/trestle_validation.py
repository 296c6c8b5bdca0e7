"""Validates an OSCAL mapping collection with compliance-trestle. The only importer of ``trestle``, an extra."""

from __future__ import annotations

from argparse import Namespace

from trestle import __version__
from trestle.core.validator_factory import validator_factory
from trestle.oscal import mapping

from kb.errors import KBError


def validate_mapping(text: str) -> str:
    """The version of compliance-trestle whose model loads the collection and whose validators all pass it.

    :raises KBError: it is not valid.
    """
    try:
        model = mapping.Model.model_validate_json(text)
    except ValueError as error:
        raise KBError(f"not an OSCAL mapping collection: {error}") from error
    if not validator_factory.get(Namespace(mode="all")).model_is_valid(model.mapping_collection, True):
        raise KBError("not a valid OSCAL mapping collection: a validator of compliance-trestle refuses it")
    return str(__version__)
