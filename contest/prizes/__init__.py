"""Who gets which prize: proposals that explain themselves, refusals and the next in line, claims."""
