"""The organizers' desk: contests, their settings, rounds and papers. (Being written by the lead developer.)"""
