"""Forward Signal: every signal gets a verdict from Meta: sent, rejected with the reason, or still retrying.

Knows batching, Meta's errors and rate limits; knows no customer's data and no maps. A message travels so::

    app or worker ─► intake ─► the batcher ─► delivery ─► isolation ─► batch_requests ─► meta ─► answer
                       │                         │                            │
                 verdict_memory               verdicts                       gate

``__main__`` starts ``app`` (push) or ``worker`` (pull), as ``settings`` say; ``assembly`` wires the core they share.
``intake`` reads ``signals``, asks the ``verdict_memory`` which of them are new, and waits for their verdicts;
``batch_key`` says which may share a request. ``delivery`` sends a batch: ``isolation`` finds bad events in it,
``batch_requests`` sends its parts through the dataset's ``gate``, ``verdicts`` makes each ``verdict`` last, and what
Pub/Sub does not take of it is among the ``debts``. ``meta`` speaks HTTP, with ``tokens`` and a ``deadline``; ``answer``
reads what came back, with ``rate_limits`` and, where it is broken, ``partial_json``; ``meta_errors`` says what an error
means, and ``errors_page`` writes that down for users; ``explanation`` says what an event itself shows of it.
``expiry`` warns before an API version or a token ends.
"""
