"""Checks a person's draft against a library: each reference and each quotation gets a finding. Pure."""
