//go:build !js

package catalog

import "embed"

// GoSource is the source of the types that data files are decoded into. The
// doc comments of their fields are what an editor says of the keys.
//
//go:embed accept.go catalog.go deployment.go product.go vocabulary.go
var GoSource embed.FS
