"""Services that read pages in place of this one; each offers `load(values, http, url, seconds)`."""
