"""The ledger: which events of a channel were published from files already, so that a file dropped twice sends nothing.

It lives in the drop bucket, under ``ledger/<channel>/``, and needs no database (docs/adr/0077-the-ledger.md).
"""
