"""Reading text files of rows: encoding, separator, header, broken rows, and what the cells mean."""
