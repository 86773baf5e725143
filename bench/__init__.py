"""What a request costs: a database of a chosen size, the production server, and a load client beside it."""
