"""One file per format of trade log; each turns cells into the canonical table and collects faults."""
