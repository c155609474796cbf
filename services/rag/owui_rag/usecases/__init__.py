"""What happens, in order, when a file arrives, is read, is asked about or goes."""
