# docker buildx bake: the image, its checks and its evidence for each program and platform.
variable "REGISTRY" { default = "localhost:5000" }
variable "TAG" { default = "dev" }

group "default" { targets = ["image"] }

target "common" {
  context    = "."
  dockerfile = "pith.yaml"
  args       = { BUILDKIT_SYNTAX = "${REGISTRY}/pith:1" }
}

# One image for each target of the spec.
target "image" {
  inherits  = ["common"]
  name      = "image-${program}"
  matrix    = { program = ["web", "worker"] }
  target    = program
  platforms = ["linux/amd64", "linux/arm64"]
  tags      = ["${REGISTRY}/${program}:${TAG}"]
  attest    = ["type=sbom", "type=provenance,mode=max"]
}

# What an attacker would find, and why each file is there: bake report.
target "report" {
  inherits = ["common"]
  name     = "report-${kind}"
  matrix   = { kind = ["report", "manifest", "lock"] }
  target   = kind
  output   = ["type=local,dest=out/${kind}"]
}
