# How large the services are. A request that waits is no thread, so concurrency is Cloud Run's own limit; what an instance may
# have in work is bounded in bytes, IN_WORK_BYTES, and memory holds what these become while they are read.

locals {
  # Without the collector all services together may use 20 CPU and 28 GB: Cloud Run gives a new project 20 CPU and 40 GB of a
  # region, and refuses a revision that might ask for more (docs/operations/scaling.md says how to get more).
  default_sizes = {
    # A message of Pub/Sub's 10 MB may hold 100,000 tiny events, which take some 470 MB while they are made, one after the other.
    # tests/bounds/test_memory.py holds what ingest-store, handle and forward have in work below three quarters of their memory.
    ingest-store   = { concurrency = 1000, cpu = "1", memory = "1Gi", min_instances = 0, max_instances = 4 }
    ingest-collect = { concurrency = 1000, cpu = "1", memory = "512Mi", min_instances = 0, max_instances = 4 }
    # Few files at once: an .xls is held in memory whole, and decoding Parquet may take 1 GB (MAX_PARQUET_MEMORY_BYTES).
    ingest-files = { concurrency = 2, cpu = "2", memory = "4Gi", min_instances = 0, max_instances = 3 }
    # Pushes wait for others of their file; few writers of one account.
    ingest-reports = { concurrency = 1000, cpu = "1", memory = "2Gi", min_instances = 0, max_instances = 2 }
    handle         = { concurrency = 1000, cpu = "1", memory = "1Gi", min_instances = 0, max_instances = 4 }
    # Many waiting pushes make a full batch; more instances would share them out.
    forward = { concurrency = 1000, cpu = "1", memory = "1Gi", min_instances = 0, max_instances = 4 }
  }

  sizes = {
    for service, size in local.default_sizes : service => {
      for name, value in merge({ billing = "request" }, size) : name => try(
        coalesce(var.service_sizes[service][name]), coalesce(local.throughput.service_sizes[service][name]), value
      )
    }
  }
}
