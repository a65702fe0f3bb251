"""Building: execution, safe publishing, replication, serving, the command line."""
