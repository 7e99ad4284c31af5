package packets

import (
	"context"
	_ "embed"
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

// File is a rule file as people use it: from a shell, in a folder, by name.
type File struct{ Name, Text string }

// Run runs a command of the shell in a folder that has the file. The command
// sees a /run of the namespace's own.
func (f File) Run(command string) Loader {
	return f.within("mount --make-rprivate /\nmkdir -p run\nmount --bind run /run\n"+`sh -euc "$1"`, command)
}

// RunUfw is Run where ufw is on, as freshly installed, with IPv6. Its settings
// last as long as the namespace; the machine's own ufw is not touched.
func (f File) RunUfw(command string) Loader {
	return f.within(ufwSettings+`sh -euc "$1" </dev/null`+ufwEnable, command)
}

// StartUfw is RunUfw for a file of very many commands: they run while ufw is
// still off, and ufw, which is the real one, starts once for all of them.
func (f File) StartUfw(command string) Loader {
	return f.within(ufwSettings+ufwServed+ufwEnable, command, ufwServer)
}

func (f File) within(frame string, args ...string) Loader {
	return func(ctx context.Context, ns *Namespace) error {
		if err := os.WriteFile(filepath.Join(ns.Dir(), f.Name), []byte(f.Text), 0o600); err != nil {
			return err
		}
		_, err := ns.Exec(ctx, "", "unshare", append([]string{"--mount", "sh", "-euc", frame, "sh"}, args...)...)
		return err
	}
}

// ufwSettings lets ufw's commands work on a copy of its settings, as freshly
// installed: the mounts are seen by this script alone.
const ufwSettings = `
mount --make-rprivate /
fresh=
if [ ! -d ufw ]; then
  fresh=yes
  mkdir -p ufw run
  cp -a /etc/ufw ufw/etc
  sed -e 's/^IPV6=.*/IPV6=yes/' -e 's/^IPT_MODULES=.*/IPT_MODULES=""/' \
    -e 's/^DEFAULT_INPUT_POLICY=.*/DEFAULT_INPUT_POLICY="DROP"/' \
    -e 's/^DEFAULT_OUTPUT_POLICY=.*/DEFAULT_OUTPUT_POLICY="ACCEPT"/' \
    -e 's/^DEFAULT_FORWARD_POLICY=.*/DEFAULT_FORWARD_POLICY="DROP"/' /etc/default/ufw >ufw/default
fi
mount --bind ufw/etc /etc/ufw
mount --bind ufw/default /etc/default/ufw
mount --bind run /run
if [ "$fresh" ]; then
  for rules in before before6 after after6 user user6; do
    cp "/usr/share/ufw/iptables/$rules.rules" /etc/ufw/
  done
  sed -i 's/^ENABLED=.*/ENABLED=no/' /etc/ufw/ufw.conf
fi
`

const ufwEnable = `
ufw --force enable </dev/null
`

//go:embed ufw.py
var ufwServer string

// ufwServed runs the command where ufw is what asks the server. The fifos stay
// open between two commands, so that none takes the end of one for its own; the
// server ends when nobody holds ask.
const ufwServed = `
rm -f ufw/etc/applications.d/* # read by each command, and named by none
mkfifo ask answer
mkdir bin
cat >bin/ufw <<'EOF'
#!/bin/sh
exec 3>&1 # what prints to ask has that as its output meanwhile
printf '%s\0' $$ "$@" >ask
echo >ask
read -r status <answer
exit "$status"
EOF
chmod +x bin/ufw
exec 8<>answer 9<>ask
/usr/bin/python3 -I -c "$2" </dev/null 9>&- &
PATH="$PWD/bin:$PATH" sh -euc "$1" </dev/null
exec 9>&-
wait $!
`

// Ufw runs a shell script of ufw commands on ufw as freshly installed, with
// IPv6, and then enables it. The machine's own ufw is not touched.
func Ufw(script string) Loader { return File{"commands.sh", script}.RunUfw("sh -eu commands.sh") }
