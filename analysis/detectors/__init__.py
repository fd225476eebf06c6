"""One module per computer-vision library: the only place that imports it, and it does so late."""
