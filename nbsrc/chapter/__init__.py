"""What every chapter is written with: claims, numbers in prose, the seed."""
