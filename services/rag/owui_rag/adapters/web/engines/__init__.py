"""One file per search engine; each offers VENDOR and `search(values, http, query, count)`."""
