# The state's bucket is made beforehand and named at init: docs/deploy.md.
terraform {
  backend "gcs" {}
}
