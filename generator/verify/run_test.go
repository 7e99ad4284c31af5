package verify_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"portolan/generator/catalog"
	"portolan/generator/policy"
)

// TestMain makes the test program the world as well: started with "world" in
// a network namespace of its own, it listens there and runs a command.
func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == "world" {
		os.Exit(world(os.Args[2:]))
	}
	os.Exit(m.Run())
}

// The host is 10.0.0.5 and fd00::5. It drops 82, refuses 83 by a message,
// lets 989 in from source port 20 alone, and may not send to UDP 5002.
const worldRules = `
table inet world {
  chain in { type filter hook input priority 0
    tcp dport 82 drop
    tcp dport 83 reject with icmpx type admin-prohibited
    tcp dport 989 tcp sport != 20 tcp flags & (syn | ack) == syn drop
    udp dport 990 udp sport != 21 drop
  }
  chain out { type filter hook output priority 0
    udp dport 5002 drop
  }
}`

func world(command []string) int {
	// The kernel routes to a new address a little later than it takes it.
	setup := exec.Command("sh", "-euc", "ip link set lo up; ip address add 10.0.0.5/32 dev lo; ip address add fd00::5/128 dev lo nodad; nft -f -; "+
		"for i in $(seq 100); do ! ip -6 route show table local | grep -q fd00::5 || exit 0; sleep 0.1; done; exit 1")
	setup.Stdin, setup.Stderr = strings.NewReader(worldRules), os.Stderr
	if err := setup.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "no world:", err)
		return 99
	}
	for _, port := range []int{443, 445, 989, 28000, 30000} {
		l, err := net.Listen("tcp", ":"+strconv.Itoa(port))
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 99
		}
		go func() {
			for {
				if c, err := l.Accept(); err == nil {
					c.Close()
				}
			}
		}()
	}
	// For some seconds something else has the source port 22.
	holder, err := net.Listen("tcp", ":22")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 99
	}
	time.AfterFunc(4*time.Second, func() { holder.Close() })
	// 5000 listens and is silent; the others answer what comes.
	for _, port := range []int{53, 123, 990, 5000} {
		// A socket of each family and address, so that answers come from where the question went.
		for _, at := range []string{"10.0.0.5", "fd00::5", "127.0.0.1", "::1"} {
			c, err := net.ListenPacket("udp", net.JoinHostPort(at, strconv.Itoa(port)))
			if err != nil {
				fmt.Fprintln(os.Stderr, err)
				return 99
			}
			go func() {
				buf := make([]byte, 512)
				for {
					n, from, err := c.ReadFrom(buf)
					if err == nil && port != 5000 && (port != 53 || n >= 17) && (port != 123 || n == 48 && buf[0] == 0x1b) {
						_, _ = c.WriteTo(buf[:n], from)
					}
				}
			}()
		}
	}
	run := exec.Command(command[0], command[1:]...)
	run.Stdin, run.Stdout, run.Stderr = os.Stdin, os.Stdout, os.Stderr
	var exit *exec.ExitError
	switch err := run.Run(); {
	case errors.As(err, &exit):
		return exit.ExitCode()
	case err != nil:
		fmt.Fprintln(os.Stderr, err)
		return 99
	}
	return 0
}

// inWorld runs a command in the world and returns what it wrote and its status.
func inWorld(t *testing.T, command ...string) (stdout, stderr string, status int) {
	t.Helper()
	for _, name := range []string{"unshare", "ip", "nft"} {
		program(t, name)
	}
	apart := []string{"unshare", "--net"}
	if os.Getuid() != 0 {
		apart = []string{"unshare", "--map-root-user", "--net"}
		if exec.Command("sudo", "-n", "true").Run() == nil {
			apart = []string{"sudo", "-n", "unshare", "--net"}
		}
	}
	if out, err := exec.Command(apart[0], append(apart[1:], "true")...).CombinedOutput(); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("no network namespace: %s", out)
		}
		t.Skipf("no network namespace: %s", out)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(apart[0], slices.Concat(apart[1:], []string{self, "world"}, command)...)
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	err = cmd.Run()
	if cmd.ProcessState == nil {
		t.Fatal(err)
	}
	if status = cmd.ProcessState.ExitCode(); status == 99 {
		t.Fatalf("%v: %s", command, said.String())
	}
	return out.String(), said.String(), status
}

// worldly is a policy of the world, each flow one result.
func worldly(t testing.TB) *policy.Policy {
	m := newMaker(t)
	peer := m.role(policy.Role{ID: "peer", Name: "Peer", Addresses: addresses("10.0.0.5", "fd00::5")})
	named := m.role(policy.Role{ID: "named", Name: "Named", FQDN: []string{"localhost", "no-such-name.invalid.local"}})
	users := m.role(policy.Role{ID: "users", Name: "Users", Addresses: addresses("192.0.2.1", "2001:db8::1"), Placeholder: true})
	m.rule(policy.Allow, "open", "HTTPS", "tcp/443", peer)
	m.rule(policy.Allow, "listening", "HTTPS", "tcp/445", named)
	m.rule(policy.Allow, "refused", "HTTP", "tcp/81", peer)
	m.rule(policy.Allow, "dropped", "HTTP", "tcp/82", peer)
	m.rule(policy.Allow, "rejected", "HTTP", "tcp/83", peer)
	m.rule(policy.Allow, "passive", "FTP data", "tcp/28000-30000", peer)
	m.rule(policy.Allow, "fixed", "FTP data", "tcp/28000-28001", peer).Reasons[0].Flow.Allocation = catalog.AllocFixed
	one := m.role(policy.Role{ID: "one", Name: "One", Addresses: addresses("10.0.0.5")})
	m.rule(policy.Allow, "busy", "FTP data", "tcp/443", one).SourcePorts = ports(t, "tcp/22")
	m.rule(policy.Allow, "active", "FTP data", "tcp/989", one).SourcePorts = ports(t, "tcp/20")
	m.rule(policy.Allow, "sourced", "FTP data", "udp/990", peer).SourcePorts = ports(t, "udp/21")
	m.rule(policy.Allow, "dns", "DNS", "udp/53", peer)
	m.rule(policy.Allow, "ntp", "NTP", "udp/123", named)
	m.rule(policy.Allow, "silent", "Syslog", "udp/5000", peer)
	m.rule(policy.Allow, "deaf", "Syslog", "udp/5001", peer)
	m.rule(policy.Allow, "kept", "Syslog", "udp/5002", peer)
	m.rule(policy.Allow, "unfilled", "HTTPS", "tcp/443", users)
	m.rule(policy.Block, "no-open", "SMB", "tcp/445", peer)
	m.rule(policy.Block, "no-refused", "SMB", "tcp/81,84", peer)
	m.rule(policy.Block, "no-dropped", "SMB", "tcp/85", peer)
	return m.p
}

// result is an element of the JSON output.
type result struct {
	Verdict, Result, Want, Flow, Service, Target, Transport, Note string
	Port                                                          any
	Ms                                                            *int
}

type results struct {
	Results                  []result
	OK, Not, Unsure, Skipped int
}

// script writes the tests to a file that everybody may read.
func script(t *testing.T, id string, p *policy.Policy) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "tests")
	if err := os.WriteFile(name, tool(t, id).Render(p), 0o755); err != nil {
		t.Fatal(err)
	}
	return name
}

// TestBash runs the tests against real listeners, with and without the
// programs that they use where they are there.
func TestBash(t *testing.T) {
	t.Parallel()
	program(t, "nc")
	program(t, "bash")
	for _, x := range []struct {
		name string
		// without are programs that there are not.
		without []string
		source  string // what comes of tests that need a source port
	}{
		{"all", nil, "ok open"},
		{"no nc", []string{"nc"}, "skip skipped"},
		{"bare", []string{"nc", "timeout"}, "skip skipped"},
	} {
		t.Run(x.name, func(t *testing.T) {
			t.Parallel()
			bin := t.TempDir()
			for _, name := range []string{"bash", "nc", "timeout", "mktemp", "mkfifo", "rm", "cat", "tr", "sleep"} {
				if slices.Contains(x.without, name) {
					continue
				}
				if err := os.Symlink(program(t, name), filepath.Join(bin, name)); err != nil {
					t.Fatal(err)
				}
			}
			out, said, status := inWorld(t, "env", "PATH="+bin, "bash", script(t, "bash", worldly(t)), "--json", "--timeout", "2")
			if status != 1 || said != "" {
				t.Errorf("status %d: %s", status, said)
			}
			var got results
			if err := json.Unmarshal([]byte(out), &got); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			// By flow and target, each result once.
			list := map[string]string{}
			for _, r := range got.Results {
				key := r.Flow + " " + r.Target
				if text := r.Verdict + " " + r.Result; !strings.Contains(list[key], text) {
					list[key] = strings.TrimPrefix(list[key]+", "+text, ", ")
				}
				if (r.Ms == nil) != (r.Result == "skipped") || r.Ms != nil && (*r.Ms < 0 || *r.Ms > 4000) {
					t.Errorf("%+v: milliseconds", r)
				}
			}
			want := map[string]string{
				"listening localhost":                  "ok open",
				"listening no-such-name.invalid.local": "NOT no-name",
				"ntp localhost":                        "ok open",
				"ntp no-such-name.invalid.local":       "NOT no-name",
				"unfilled users":                       "skip skipped",
				"active 10.0.0.5":                      x.source,
				"busy 10.0.0.5":                        x.source,
			}
			for _, at := range []string{" 10.0.0.5", " fd00::5"} {
				want["open"+at] = "ok open"
				want["refused"+at] = "NOT refused"
				want["dropped"+at] = "NOT filtered"
				want["rejected"+at] = "NOT unreachable"
				want["passive"+at] = "ok open, ok refused"
				want["fixed"+at] = "ok open, NOT refused"
				want["sourced"+at] = x.source
				want["dns"+at] = "ok open"
				want["silent"+at] = "unsure inconclusive"
				want["deaf"+at] = "NOT refused"
				want["kept"+at] = "NOT filtered"
				want["no-open"+at] = "NOT open"
				want["no-refused"+at] = "ok refused" // 81 is allowed
				want["no-dropped"+at] = "ok refused"
			}
			if diff := cmp.Diff(want, list); diff != "" {
				t.Errorf("%s\n%s", diff, out)
			}
			if n := got.OK + got.Not + got.Unsure + got.Skipped; n != len(got.Results) {
				t.Errorf("%d counted of %d", n, len(got.Results))
			}
		})
	}
}

// small has a result of each verdict that takes no time.
func small(t *testing.T) *policy.Policy {
	m := newMaker(t)
	peer := m.role(policy.Role{ID: "peer", Name: "Peer", Addresses: addresses("10.0.0.5")})
	users := m.role(policy.Role{ID: "some-users", Name: "Users", Addresses: addresses("203.0.113.9"), Placeholder: true})
	m.rule(policy.Allow, "web", "HTTPS", "tcp/443", peer)
	m.rule(policy.Allow, "old-web", "HTTP", "tcp/81", peer)
	m.rule(policy.Allow, "login", "HTTPS", "tcp/443", users)
	m.rule(policy.Block, "files", "File sharing", "tcp/445", peer)
	m.rule(policy.Block, "ranges", "Many", "tcp/600-610", peer)
	return m.p
}

func TestBashOptions(t *testing.T) {
	program(t, "bash")
	file := script(t, "bash", small(t))
	for _, x := range []struct {
		args   string
		status int
		want   string // a part of what it writes
	}{
		{"", 1, "6 as wanted, 2 not, 0 unsure, 1 skipped"},
		{"--only web", 0, "1 as wanted, 0 not, 0 unsure, 0 skipped"},
		{"--only=web --only=ranges", 0, "6 as wanted"},
		{"--only old-web", 1, "0 as wanted, 1 not"},
		{"--only old-web --refused-ok", 0, "1 as wanted"},
		{"--only files --set some_users=10.0.0.5", 1, "closed  files"},
		{"--only login --set some-users=10.0.0.5,fd00::5", 0, "2 as wanted"},
		{"--only login --set some-users=10.0.0.5,fd00::5 -6", 0, "1 as wanted, 0 not, 0 unsure, 1 skipped"},
		{"--only login --set some-users=10.0.0.5,198.51.100.7", 0, "1 as wanted, 0 not, 0 unsure, 1 skipped"},
		{"--only login --set some-users=mft.EXAMPLE.com", 2, "a documentation name"},
		{"--only login --set some-users=2001:DB8::7", 2, "a documentation address"},
		{"--only login", 2, "Nothing was called"},
		{"--only web --jobs 1 --timeout 60", 0, "1 as wanted"},
		{"--help", 0, "Usage:"},
		{"--only nothing", 2, "no test is of the flow nothing"},
		{"--only", 2, "needs a value"},
		{"--set some-users", 2, "needs ROLE=HOST"},
		{"--set others=10.0.0.5", 2, "no role is called others; there are: peer some_users"},
		{"--set peer=10.0.0.0/24", 2, "neither an address nor a name"},
		{"--set peer=-oG", 2, "neither an address nor a name"},
		{"--set peer=$(id)", 2, "neither an address nor a name"},
		{"--set peer[0]=a", 2, "no role is called peer[0]"},
		{"--timeout 0", 2, "not 1 to 60"},
		{"--timeout 08", 2, "not 1 to 60"},
		{"--jobs 65", 2, "not 1 to 64"},
		{"--jobs x", 2, "not 1 to 64"},
		{"--tap", 2, "unknown: --tap"},
	} {
		t.Run(x.args, func(t *testing.T) {
			t.Parallel()
			out, said, status := inWorld(t, append([]string{"bash", file}, strings.Fields(x.args)...)...)
			if status != x.status || !strings.Contains(out+said, x.want) {
				t.Errorf("status %d, not %d with %q\n%s%s", status, x.status, x.want, out, said)
			}
		})
	}
}

// TestBashOutput holds the two forms of the results.
func TestBashOutput(t *testing.T) {
	program(t, "bash")
	file := script(t, "bash", small(t))
	took := regexp.MustCompile(`"ms":\d+`)
	for _, form := range []string{"table", "json"} {
		args := []string{"bash", file}
		if form == "json" {
			args = append(args, "--json")
		}
		out, _, _ := inWorld(t, args...)
		got := took.ReplaceAllString(out, `"ms":0`)
		if form == "table" {
			lines := strings.Split(out, "\n")
			end := strings.Index(lines[0], "MS") + len("MS")
			for i, line := range lines[1:] {
				if len(line) >= end && strings.Trim(line[end-6:end], " 0123456789") == "" {
					lines[i+1] = line[:end-6] + "     0" + line[end:]
				}
			}
			got = strings.Join(lines, "\n")
		}
		name := filepath.Join("testdata", "results."+form)
		if *update {
			if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Error(diff)
		}
	}
}

// TestNmap runs the commands against real listeners.
func TestNmap(t *testing.T) {
	t.Parallel()
	program(t, "nmap")
	out, said, status := inWorld(t, "sh", script(t, "nmap", worldly(t)))
	if status != 0 {
		t.Errorf("status %d: %s", status, said)
	}
	// Each host's ports and states, by command.
	state := regexp.MustCompile(`^(\d+/(?:tcp|udp)) +(\S+)`)
	seen := map[string]int{}
	for line := range strings.Lines(out) {
		if m := state.FindStringSubmatch(line); m != nil {
			seen[m[1]+" "+m[2]]++
		}
	}
	for _, want := range []string{"443/tcp open", "445/tcp open", "81/tcp closed", "82/tcp filtered", "83/tcp filtered", "989/tcp open", "28000/tcp open", "30000/tcp open", "53/udp open", "990/udp open", "5000/udp open|filtered", "5001/udp closed"} {
		if seen[want] == 0 {
			t.Errorf("no %s", want)
		}
	}
	for _, not := range []string{"989/tcp filtered", "192.0.2.1 ", "for 2001:db8"} {
		if seen[not] > 0 || strings.Contains(out, "scan report for "+not) {
			t.Errorf("%s", not)
		}
	}
	if n := strings.Count(out, "is a documentation address"); n != 2 {
		t.Errorf("%d documentation addresses skipped", n)
	}
	if t.Failed() {
		t.Log(out, said)
	}
}
