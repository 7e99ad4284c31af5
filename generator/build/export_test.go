package build

// SetFault makes d ask f before each change on disk, and fail with its error.
func SetFault(d *Dir, f func(op, path string) error) { d.fault = f }
