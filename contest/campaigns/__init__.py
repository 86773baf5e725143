"""The officials' desk: who has not joined, whom to call, what to hand out, a summary every day."""
