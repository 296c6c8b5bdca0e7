"""Validates an OSCAL mapping collection with compliance-trestle, an optional package. The only importer of
``trestle``."""

from __future__ import annotations

from argparse import Namespace

from trestle import __version__
from trestle.core.validator_factory import validator_factory
from trestle.oscal import mapping

from kb.errors import KBError
from kb.types import notice


def validate_mapping(text: str) -> str:
    """The version of compliance-trestle, whose model loads the collection and whose validators all accept it.

    :raises KBError: the collection is not valid.
    """
    try:
        model = mapping.Model.model_validate_json(text)
    except ValueError as error:
        raise KBError(notice("oscal no collection", why=str(error))) from error
    if not validator_factory.get(Namespace(mode="all")).model_is_valid(model.mapping_collection, True):
        raise KBError(notice("oscal not valid"))
    return str(__version__)
