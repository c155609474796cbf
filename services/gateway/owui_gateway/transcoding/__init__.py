"""REST in, protobuf out and back: routes, codecs and OpenAPI made from the contracts' descriptors."""
