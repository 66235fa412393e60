"""What the report says, one module per chapter: each turns results into blocks."""
