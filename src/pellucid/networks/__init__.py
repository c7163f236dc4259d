"""The networks by kind of input, choosing one, and building it. Import the modules, e.g. `networks.choose`."""
