"""Maps of data: pictures in two dimensions of points that have many."""
