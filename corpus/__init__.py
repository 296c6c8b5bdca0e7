"""The data the project carries: the catalog of editions and the register of provisions. No code."""
