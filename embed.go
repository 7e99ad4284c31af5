package main

import "embed"

// builtin is what the program carries, so that it needs nothing beside it: the
// templates with their assets, and the vocabulary.
//
//go:embed templates data/services.toml data/zones.toml
var builtin embed.FS
