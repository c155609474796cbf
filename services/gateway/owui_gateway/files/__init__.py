"""The bytes of files on their way through: in as multipart forms, out with ranges; never held whole."""
