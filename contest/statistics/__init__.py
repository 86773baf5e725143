"""How questions and papers of a round measure: computed beside the requests, shown to organizers."""
