"""Long work done beside the requests, with progress to look at."""
