"""Taking part: start, save, submit, and the pages a participant sees."""
