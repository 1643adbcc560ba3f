"""Sample data for the demo, the bench and the tests: invented customers in the reference sample's file layouts.

Everything follows from the index of the customer and the time given, so the same call gives the same data.
"""
