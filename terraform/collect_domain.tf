# A domain for the collector: a load balancer with its certificate, and Cloud Armor, which keeps one address from taking it all.

resource "google_compute_global_address" "collect" {
  count = local.balanced ? 1 : 0

  project = var.project_id
  name    = "${local.name}-collect"

  depends_on = [time_sleep.apis]
}

resource "google_compute_region_network_endpoint_group" "collect" {
  count = local.balanced ? 1 : 0

  project               = var.project_id
  name                  = "${local.name}-collect"
  region                = var.region
  network_endpoint_type = "SERVERLESS"

  cloud_run {
    service = module.collect[0].name
  }
}

resource "google_compute_security_policy" "collect" {
  #checkov:skip=CKV_GCP_73:Nothing behind it runs Java, so Log4j's hole is none of ours
  count = local.balanced ? 1 : 0

  project = var.project_id
  name    = "${local.name}-collect"

  rule {
    description = "Only the collector's own path"
    priority    = 900
    action      = "deny(404)"

    match {
      expr {
        expression = "!request.path.matches('^/collect(/[^/]+)?/?$')"
      }
    }
  }

  rule {
    description = "So many requests a minute from one address"
    priority    = 1000
    action      = "throttle"

    match {
      versioned_expr = "SRC_IPS_V1"
      config {
        src_ip_ranges = ["*"]
      }
    }

    rate_limit_options {
      conform_action = "allow"
      exceed_action  = "deny(429)"
      enforce_on_key = "IP"

      rate_limit_threshold {
        count        = var.collect.requests_per_minute
        interval_sec = 60
      }
    }
  }

  # A policy must have this rule; the one above it lets nothing come here.
  rule {
    description = "Everybody else"
    priority    = 2147483647
    action      = "allow"

    match {
      versioned_expr = "SRC_IPS_V1"
      config {
        src_ip_ranges = ["*"]
      }
    }
  }

  depends_on = [time_sleep.apis]
}

resource "google_compute_backend_service" "collect" {
  count = local.balanced ? 1 : 0

  project               = var.project_id
  name                  = "${local.name}-collect"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  protocol              = "HTTPS"
  security_policy       = google_compute_security_policy.collect[0].id

  backend {
    group = google_compute_region_network_endpoint_group.collect[0].id
  }

  # Its log would be a list of addresses.
  log_config {
    enable = false
  }
}

resource "google_compute_url_map" "collect" {
  count = local.balanced ? 1 : 0

  project         = var.project_id
  name            = "${local.name}-collect"
  default_service = google_compute_backend_service.collect[0].id
}

resource "google_compute_managed_ssl_certificate" "collect" {
  count = local.balanced ? 1 : 0

  project = var.project_id
  name    = "${local.name}-collect-${substr(sha256(var.collect.domain), 0, 8)}"

  managed {
    domains = [var.collect.domain]
  }

  # Another domain is another certificate, and the proxy must have one at any time.
  lifecycle {
    create_before_destroy = true
  }

  depends_on = [time_sleep.apis]
}

resource "google_compute_ssl_policy" "collect" {
  count = local.balanced ? 1 : 0

  project         = var.project_id
  name            = "${local.name}-collect"
  profile         = "MODERN"
  min_tls_version = "TLS_1_2"

  depends_on = [time_sleep.apis]
}

resource "google_compute_target_https_proxy" "collect" {
  count = local.balanced ? 1 : 0

  project          = var.project_id
  name             = "${local.name}-collect"
  url_map          = google_compute_url_map.collect[0].id
  ssl_certificates = [google_compute_managed_ssl_certificate.collect[0].id]
  ssl_policy       = google_compute_ssl_policy.collect[0].id
}

# Port 443 and no other: nobody should send events in the clear, not even once.
resource "google_compute_global_forwarding_rule" "collect" {
  count = local.balanced ? 1 : 0

  project               = var.project_id
  name                  = "${local.name}-collect"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  target                = google_compute_target_https_proxy.collect[0].id
  ip_address            = google_compute_global_address.collect[0].id
  port_range            = "443"
}
