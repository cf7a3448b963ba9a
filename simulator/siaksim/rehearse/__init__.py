"""What a recorded office day comes to: the report's figures as pure functions, and its files."""
