"""Maps of data: how many dimensions images have, and what a picture of them keeps."""
