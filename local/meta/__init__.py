"""A stand-in for Meta's Graph API: the Conversions API's documented rules, enforced on one machine.

The forward service, tests, demos and benches post to it as they post to `graph.facebook.com`. It is a second reading
of `meta-capi.md`, written apart from the handle service on purpose: where the two disagree, one of them misread.
`docs/local-meta.md` says what it enforces, what it cannot know and how to command it.
"""
