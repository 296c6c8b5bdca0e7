"""A person's own draft against a library: its references and its quotations, each with a finding. Pure."""
