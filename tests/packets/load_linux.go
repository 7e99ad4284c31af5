package packets

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
)

// Loader loads rules in a namespace, and loads them again when called again.
type Loader func(ctx context.Context, ns *Namespace) error

// Nft loads a file of nftables.
func Nft(text string) Loader { return from(text, "nft", "-f", "-") }

// Restore loads a file of iptables-restore or ip6tables-restore, whichever
// program is named, and leaves the rules of other chains alone.
func Restore(program, text string) Loader { return from(text, program, "--noflush") }

// Script runs a shell script, which ends at the first command that fails.
func Script(text string) Loader { return from(text, "sh", "-eu") }

func from(text, name string, args ...string) Loader {
	return func(ctx context.Context, ns *Namespace) error {
		_, err := ns.Exec(ctx, text, name, args...)
		return err
	}
}

// All loads one after the other.
func All(loaders ...Loader) Loader {
	return func(ctx context.Context, ns *Namespace) error {
		for _, load := range loaders {
			if err := load(ctx, ns); err != nil {
				return err
			}
		}
		return nil
	}
}

// ufwFrame runs ufw's commands on a copy of its settings, as freshly installed,
// and enables it: the mounts are seen by this script alone. The first argument
// is the folder of the copy, the second the script of commands.
const ufwFrame = `
mount --make-rprivate /
fresh=
if [ ! -d "$1/etc" ]; then
  fresh=yes
  mkdir -p "$1/lib"
  cp -a /etc/ufw "$1/etc"
  sed -e 's/^IPV6=.*/IPV6=yes/' -e 's/^IPT_MODULES=.*/IPT_MODULES=""/' \
    -e 's/^DEFAULT_INPUT_POLICY=.*/DEFAULT_INPUT_POLICY="DROP"/' \
    -e 's/^DEFAULT_OUTPUT_POLICY=.*/DEFAULT_OUTPUT_POLICY="ACCEPT"/' \
    -e 's/^DEFAULT_FORWARD_POLICY=.*/DEFAULT_FORWARD_POLICY="DROP"/' /etc/default/ufw >"$1/default"
fi
mount --bind "$1/etc" /etc/ufw
mount --bind "$1/default" /etc/default/ufw
mount -t tmpfs tmpfs /run
if [ "$fresh" ]; then
  for rules in before before6 after after6 user user6; do
    cp "/usr/share/ufw/iptables/$rules.rules" /etc/ufw/
  done
  sed -i 's/^ENABLED=.*/ENABLED=no/' /etc/ufw/ufw.conf
fi
sh -eu "$2" </dev/null
ufw --force enable </dev/null
`

// Ufw runs a shell script of ufw commands on ufw as freshly installed, with
// IPv6, and then enables it. The machine's own ufw is not touched.
func Ufw(script string) Loader {
	return func(ctx context.Context, ns *Namespace) error {
		file := filepath.Join(ns.Dir(), "commands.sh")
		if err := os.WriteFile(file, []byte(script), 0o600); err != nil {
			return err
		}
		if out, err := ns.Exec(ctx, "", "unshare", "--mount", "sh", "-euc", ufwFrame, "sh", filepath.Join(ns.Dir(), "ufw"), file); err != nil {
			return fmt.Errorf("%w\n%s", err, out)
		}
		return nil
	}
}
