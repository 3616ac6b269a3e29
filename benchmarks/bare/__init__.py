"""The least that keeps a vote: who is signed in, one field, one row, once. What Weft's votes are compared with."""
