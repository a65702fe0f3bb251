"""Networks of neurons: layers and the forward pass, costs, penalties, targets."""
