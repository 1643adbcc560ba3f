# How large the services are. Concurrency is both what Cloud Run gives an instance at once and the threads it has.

locals {
  default_sizes = {
    # A message of Pub/Sub's 10 MB may hold 100,000 tiny events, which take some 470 MB while they are made.
    ingest-store   = { concurrency = 64, cpu = "1", memory = "1Gi", min_instances = 0, max_instances = 10 }
    ingest-collect = { concurrency = 64, cpu = "1", memory = "512Mi", min_instances = 0, max_instances = 10 }
    # Few files at once: an .xls is held in memory whole, and decoding Parquet may take 1 GB (MAX_PARQUET_MEMORY_BYTES).
    ingest-files = { concurrency = 2, cpu = "2", memory = "4Gi", min_instances = 0, max_instances = 10 }
    # Pushes wait for others of their file; few writers of one account.
    ingest-reports = { concurrency = 250, cpu = "1", memory = "2Gi", min_instances = 0, max_instances = 2 }
    handle         = { concurrency = 64, cpu = "1", memory = "1Gi", min_instances = 0, max_instances = 10 }
    # Many waiting pushes make a full batch; more instances would share them out.
    forward = { concurrency = 250, cpu = "1", memory = "1Gi", min_instances = 0, max_instances = 4 }
  }

  sizes = {
    for service, size in local.default_sizes : service => {
      for name, value in merge({ billing = "request" }, size) : name => try(
        coalesce(var.service_sizes[service][name]), coalesce(local.throughput.service_sizes[service][name]), value
      )
    }
  }
}
