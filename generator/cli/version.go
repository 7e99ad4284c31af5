package cli

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"sync"

	"github.com/spf13/cobra"
)

func (p *program) version() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the program's version",
		Example: "  portolan version",
		Args:    usage(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintf(p.out, "portolan %s %s %s/%s\n", versionText(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return err
		},
	}
}

// versionText is the module's version or the revision that was built.
func versionText() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	version := info.Main.Version
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 && version == "(devel)" {
			version = s.Value[:12]
		}
	}
	return version
}

// programID tells one build of the program from another: the hash of its own
// file. What an older build wrote is rendered again.
var programID = sync.OnceValue(func() string {
	path, err := os.Executable()
	if err != nil {
		return versionText()
	}
	f, err := os.Open(path)
	if err != nil {
		return versionText()
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return versionText()
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
})
