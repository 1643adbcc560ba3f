# Signals by pull: a worker pool takes over the subscription that is pushed otherwise. The service stays, asleep and free of
# charge, so that going back is one apply; the subscription stays because its backlog would go with it.

module "forward_worker" {
  source = "./modules/worker"
  count  = var.forward_worker == null ? 0 : 1

  platform     = local.platform
  name         = "forward-worker"
  subscription = module.stage["forward"].subscription.name
  account      = module.stage["forward"].account
  image        = var.images.forward
  env          = local.env.forward-worker
  secret_env   = var.secret_settings
  secret_files = local.token_files
  size         = var.forward_worker
}
