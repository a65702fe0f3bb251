"""Data of many dimensions: how many they fill, maps of them, and what layers make of them."""
