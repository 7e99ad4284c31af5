// Package readers holds rule files against what really reads them: the
// programs that load them, or where those need a cloud or an appliance, the
// vendor's own description of the format. It knows texts and platforms, not how
// texts are made. [Describe] says for each platform what it does.
//
// A real reader misses what it was not made to see; what is known of that stands
// beside each. Firewalls are loaded in network namespaces of their own: the
// machine's own rules are neither read nor changed. That needs root.
package readers

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
)

// A reader is what reads a platform's files.
type reader struct {
	platform string
	// about says in a phrase what it does.
	about string
	// read returns an error for each text, nil where it is accepted. Where it
	// cannot read at all, it ends the test by missing or Fatal.
	read func(t testing.TB, texts []string) []error
}

// readers lists them, in the order of the platforms' own list.
func readers() []reader {
	return []reader{
		{"nftables", "nft -c and a real load, twice, then removed", loaded(nftables)},
		{"iptables", "iptables-restore --test of both variants and a real load, twice, then removed", loaded(iptables)},
		{"ip6tables", "ip6tables-restore --test of both variants and a real load, twice, then removed", loaded(ip6tables)},
		{"docker-user", "a real load beside a chain DOCKER-USER, twice, then removed", loaded(dockerUser)},
		{"ufw", "ShellCheck; ufw itself, twice, then loaded", both(scripts, ran("ufw"))},
		{"firewalld", "ShellCheck; firewall-offline-cmd, twice, then --check-config", both(scripts, ran("firewalld"))},
		{"windows-powershell", "the grammar of PowerShell; cmdlets and parameters by Microsoft's documentation", powershell},
		{"check-point", "ShellCheck", scripts},
		{"aws-terraform", "the parser of Terraform; arguments and values by the provider's documentation", terraform},
		{"aws-cloudformation", "properties and types by AWS's own specification of resources", cloudformation},
		{"aws-cli", "ShellCheck; each command by the AWS CLI, without sending it", both(scripts, ran("aws"))},
		{"azure-terraform", "the parser of Terraform; arguments and values by the provider's documentation", terraform},
		{"azure-cli", "ShellCheck", scripts},
		{"gcp-terraform", "the parser of Terraform; arguments and values by the provider's documentation", terraform},
		{"gcp-gcloud", "ShellCheck", scripts},
		{"hetzner-terraform", "the parser of Terraform; arguments and values by the provider's documentation", terraform},
		{"oci-terraform", "the parser of Terraform; arguments and values by the provider's documentation", terraform},
		{"kubernetes", "the Kubernetes API's own types, strictly decoded", kubernetes},
		{"calico", "the resource's documented fields, strictly decoded", calico},
		{"cilium", "the resource's documented fields, strictly decoded", cilium},
		{"ansible", "ansible-playbook --syntax-check; module arguments by ansible-doc", ansible},
		{"squid", "squid -k parse", squid},
		// Of no platform: scripts that test connections.
		{"bash", "ShellCheck", scripts},
		{"powershell", "the grammar of PowerShell; cmdlets and parameters by Microsoft's documentation", powershell},
	}
}

func find(platform string) *reader {
	for _, r := range readers() {
		if r.platform == platform {
			return &r
		}
	}
	return nil
}

// Known lists the platforms that have a reader, and bash and powershell for
// scripts of no platform.
func Known() []string {
	var out []string
	for _, r := range readers() {
		out = append(out, r.platform)
	}
	return out
}

// Describe says in a phrase what a platform's reader does; empty: it has none.
func Describe(platform string) string {
	if r := find(platform); r != nil {
		return r.about
	}
	return ""
}

// Accept fails the test unless the platform's reader accepts the text.
func Accept(t testing.TB, platform, text string) {
	t.Helper()
	if err := Refusal(t, platform, text); err != nil {
		t.Errorf("%s: %v", platform, err)
	}
}

// AcceptAll fails the test for each text that is not accepted. It costs much
// less than as many calls of [Accept].
func AcceptAll(t testing.TB, platform string, texts map[string]string) {
	t.Helper()
	refusals := Refusals(t, platform, texts)
	for _, name := range slices.Sorted(maps.Keys(refusals)) {
		t.Errorf("%s: %s: %v", platform, name, refusals[name])
	}
}

// Refusal is why the platform's reader refuses the text; nil: it is accepted.
func Refusal(t testing.TB, platform, text string) error {
	t.Helper()
	return Refusals(t, platform, map[string]string{"": text})[""]
}

// Refusals is [Refusal] of many texts, by their names; those accepted have no
// entry. Where a program is not installed, it skips the test, or ends it where
// CI=true.
func Refusals(t testing.TB, platform string, texts map[string]string) map[string]error {
	t.Helper()
	r := find(platform)
	if r == nil {
		t.Fatalf("%s has no real reader; there are: %s", platform, strings.Join(Known(), " "))
	}
	names := slices.Sorted(maps.Keys(texts))
	list := make([]string, len(names))
	for i, name := range names {
		list[i] = texts[name]
	}
	out := map[string]error{}
	for i, err := range r.read(t, list) {
		if strings.TrimSpace(list[i]) == "" {
			err = errors.New("no text") // Which many a program finds nothing wrong with.
		}
		if err != nil {
			out[names[i]] = err
		}
	}
	return out
}

// both refuses what either refuses.
func both(a, b func(testing.TB, []string) []error) func(testing.TB, []string) []error {
	return func(t testing.TB, texts []string) []error {
		t.Helper()
		first, second := a(t, texts), b(t, texts)
		for i, err := range second {
			first[i] = errors.Join(first[i], err)
		}
		return first
	}
}

// each reads texts one by one.
func each(texts []string, read func(text string) error) []error {
	out := make([]error, len(texts))
	parallel(len(texts), func(i int) { out[i] = read(texts[i]) })
	return out
}

// parallel calls do for each i below n, as many at a time as there are processors.
func parallel(n int, do func(i int)) {
	slots := make(chan struct{}, runtime.NumCPU())
	var wait sync.WaitGroup
	for i := range n {
		slots <- struct{}{}
		wait.Go(func() {
			defer func() { <-slots }()
			do(i)
		})
	}
	wait.Wait()
}

// program finds an installed program. Those of administrators may be off the PATH.
func program(t testing.TB, name string) string {
	t.Helper()
	for _, dir := range []string{"/usr/sbin", "/usr/bin", "/sbin", "/bin"} { // Debian's own first
		if file, err := exec.LookPath(filepath.Join(dir, name)); err == nil {
			return file
		}
	}
	if file, err := exec.LookPath(name); err == nil {
		return file
	}
	missing(t, name+" is not installed")
	return ""
}

func missing(t testing.TB, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal(what)
	}
	t.Skip(what + "; tests/tools.sh tells how to get it")
}

// rooted ends the test unless it may make network namespaces.
func rooted(t testing.TB) {
	t.Helper()
	if os.Geteuid() != 0 {
		missing(t, "only root can load rules, into a network namespace of its own")
	}
}

// home is the folder of this package's files.
func home(t testing.TB) string {
	t.Helper()
	_, file, _, ok := runtime.Caller(0)
	if !ok || !filepath.IsAbs(file) {
		t.Fatal("built without the paths of its files")
	}
	return filepath.Dir(file)
}

// node runs a script of tests/web.
func node(t testing.TB, script string, needs []string, input []byte, args ...string) []byte {
	t.Helper()
	web := filepath.Join(home(t), "..", "web")
	for _, name := range needs {
		if _, err := os.Stat(filepath.Join(web, "node_modules", name)); err != nil {
			missing(t, name+" is not installed")
		}
	}
	// Optimizing a large grammar takes seconds, more than running it.
	cmd := exec.Command(program(t, "node"), append([]string{"--liftoff-only", filepath.Join(web, script)}, args...)...)
	cmd.Stdin = strings.NewReader(string(input))
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(script, ": ", failure(err))
	}
	return out
}

// failure is an error with what the program said.
func failure(err error) error {
	var exit *exec.ExitError
	if errors.As(err, &exit) && len(exit.Stderr) > 0 {
		return fmt.Errorf("%w: %s", err, strings.TrimSpace(string(exit.Stderr)))
	}
	return err
}
