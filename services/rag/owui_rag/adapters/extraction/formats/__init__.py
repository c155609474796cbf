"""One reader per format; `..reading` has the table of them."""
