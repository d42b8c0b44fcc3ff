# docker buildx bake --file docker-bake.hcl
group "default" {
  targets = ["node-express", "static"]
}

target "node-express" {
  context    = "node-express"
  dockerfile = "pith.yaml"
  tags       = ["pith-example/node-express"]
}

target "static" {
  context    = "static"
  dockerfile = "pith.yaml"
  tags       = ["pith-example/static"]
}
