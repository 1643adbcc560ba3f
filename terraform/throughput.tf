# What var.throughput stands for. Every part can be set by itself: workers, service_sizes, settings, request_logs.
# docs/operations/scaling.md says what each carries, what a peak does to it, and how to scale; bench/cost reckons with it.

locals {
  throughputs = {
    # Files and lists of any size, single events now and then: everything is pushed, scales by itself and to zero.
    occasional = {
      workers       = {}
      service_sizes = {}
      settings      = {}
    }
    # Single events all day, at the least cost: one worker takes them and gathers them for a second, so that handle and
    # forward are called once a second and sleep between.
    steady = {
      workers = {
        ingest-store = { instances = 1, cpu = "1", memory = "1Gi" }
      }
      service_sizes = {}
      settings = {
        ingest-store = { STORE_LINGER = "1" }
        forward      = { BATCH_LINGER = "0.05" }
      }
    }
    # A thousand single events a second and more: messages are full before they have waited long, and nobody sleeps.
    high = {
      workers = {
        ingest-store = { instances = 2, cpu = "1", memory = "1Gi" }
        handle       = { instances = 1, cpu = "1", memory = "1Gi" }
        forward      = { instances = 1, cpu = "1", memory = "1Gi" }
      }
      service_sizes = {
        ingest-collect = { billing = "instance", min_instances = 1, max_instances = 20 }
      }
      settings = {
        ingest-store = { STORE_LINGER = "0.2" }
        forward      = { BATCH_LINGER = "0.3" } # longer than the pause between two bundles
      }
    }
  }
  throughput = try(local.throughputs[var.throughput], local.throughputs.occasional)

  workers = { for service, size in merge(local.throughput.workers, var.workers) : service => size if size != null }

  # What may be pulled, and its setting that names the subscription.
  pullable = {
    ingest-store = "EVENT_OF_INTEREST_SUBSCRIPTION"
    handle       = "EVENTS_SUBSCRIPTION"
    forward      = "SIGNALS_SUBSCRIPTION"
  }
}
