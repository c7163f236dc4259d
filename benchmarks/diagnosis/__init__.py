"""How well the diagnosis names what is wrong: small programs with one known fault, each with its healthy twin."""
