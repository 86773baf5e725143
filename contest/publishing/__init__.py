"""From closing to announced results: the committee's desk, publications and their corrections, the notice."""
