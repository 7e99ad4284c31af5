package asset

import (
	"crypto/sha256"
	"encoding/hex"
	"path"
)

// Fingerprint puts eight digits of the content's SHA-256 before the extension: style.css becomes style.3f9a2c1b.css.
func Fingerprint(name string, content []byte) string {
	sum := sha256.Sum256(content)
	ext := path.Ext(name)
	if ext == path.Base(name) {
		ext = "" // A name such as .htaccess is no extension.
	}
	return name[:len(name)-len(ext)] + "." + hex.EncodeToString(sum[:4]) + ext
}
