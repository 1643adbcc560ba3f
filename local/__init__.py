"""The whole pipeline on one machine: the services as their images run them, between stand-ins of Google's and Meta's.

::

    stack ─► services, process, images     the four service processes
          ─► topology, provision, outcomes the queues, on local.pubsub
          ─► bucket                        fake-gcs-server
          ─► local.meta                    Meta's Conversions API
    samples                                files and messages to try it with
"""
