# A worker pool takes over the subscription that is pushed otherwise. The service stays, asleep and free of charge, so that
# going back is one apply; the subscription stays because its backlog would go with it.

module "worker" {
  source   = "./modules/worker"
  for_each = local.workers

  platform     = local.platform
  name         = "${each.key}-worker"
  subscription = module.stage[each.key].subscription.name
  account      = module.stage[each.key].account
  image        = local.stages[each.key].image
  env          = local.env["${each.key}-worker"]
  secret_env   = lookup(local.stages[each.key], "secret_env", {})
  secret_files = lookup(local.stages[each.key], "secret_files", {})
  size         = each.value
}

moved {
  from = module.forward_worker[0]
  to   = module.worker["forward"]
}
