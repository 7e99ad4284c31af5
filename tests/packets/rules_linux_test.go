package packets_test

import (
	"fmt"
	"net/netip"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"portolan/generator/catalog"
	"portolan/generator/diag"
	"portolan/generator/netspec"
	"portolan/generator/network"
	"portolan/generator/policy"
	"portolan/generator/policy/platforms"
	"portolan/generator/policy/policytest"
	"portolan/tests/packets"
)

// subject is one place of a product or network, and its policy for any options.
type subject struct {
	name string
	make func(policy.Options) *policy.Policy
}

// subjects are all that the repository's data has rules for: products with
// every feature that goes with the others, and networks.
func subjects(t *testing.T) (out []subject) {
	t.Helper()
	c := policytest.Load(t, os.DirFS("../.."), platforms.IDs()...)
	for _, p := range c.Products {
		sel, faults := network.Select(p, network.Choice{All: true})
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		for _, v := range policy.Vantages(p) {
			out = append(out, subject{p.Slug + "/" + v.ID, func(o policy.Options) *policy.Policy { return policy.Product(c, sel, v, o) }})
		}
	}
	for _, d := range c.Deployments {
		n := resolve(t, c, d)
		for _, v := range policy.NetworkVantages(d) {
			out = append(out, subject{d.Slug + "/" + v.ID, func(o policy.Options) *policy.Policy { return policy.Deployment(c, n, v, o) }})
		}
	}
	return slices.DeleteFunc(out, func(s subject) bool { return len(s.make(policy.Options{}).Rules) == 0 })
}

func resolve(t *testing.T, c *catalog.Catalog, d *catalog.Deployment) *network.Network {
	t.Helper()
	sink := new(diag.List)
	n := network.Resolve(c, d, sink)
	if sink.HasErrors() {
		t.Fatal(sink.Sorted())
	}
	return n
}

// small is the subject of policytest, every kind of rule in few.
func small(k policy.Kind) subject {
	name := "small/perimeter"
	if k == policy.Host {
		name = "small/host"
	}
	return subject{name, func(o policy.Options) *policy.Policy {
		return policytest.Small(k, o.Deny, policytest.Words{Subject: "Example", Slug: "example", Role: "Partners", Service: "FTPS", Flow: "transfer"})
	}}
}

// firewall is a kind of firewall as it is tried.
type firewall struct {
	name string
	// platforms are loaded together: the two families of one firewall.
	platforms []string
	programs  []string
	// before is what the machine has of others, as commands.
	before string
	// stays is what becomes of what no rule decides, in, out and through.
	stays [3]packets.Outcome
	run   func(packets.File, string) packets.Loader
}

var open = [3]packets.Outcome{packets.Open, packets.Open, packets.Open}

// others makes a chain of somebody else's in every hook of iptables.
const others = `
for TOOL in iptables ip6tables; do
	$TOOL -w -N OTHERS
	for CHAIN in INPUT OUTPUT FORWARD; do $TOOL -w -A $CHAIN -j OTHERS; done
	$TOOL -w -t nat -N OTHERS
	$TOOL -w -t nat -A PREROUTING -j OTHERS
done
`

// dockers makes the chain that Docker leaves to others.
const dockers = `
for TOOL in iptables ip6tables; do
	$TOOL -w -N DOCKER-USER
	$TOOL -w -A DOCKER-USER -j RETURN
	$TOOL -w -A FORWARD -j DOCKER-USER
done
`

var (
	nft = firewall{
		name: "nftables", platforms: []string{"nftables"}, programs: []string{"nft", "unshare"},
		before: "nft add table inet others", stays: open, run: packets.File.Run,
	}
	tables = firewall{
		name: "iptables", platforms: []string{"iptables", "ip6tables"}, programs: []string{"iptables", "ip6tables", "iptables-restore", "ip6tables-restore", "unshare"},
		before: others, stays: open, run: packets.File.Run,
	}
	ufw = firewall{
		name: "ufw", platforms: []string{"ufw"}, programs: []string{"ufw", "unshare"},
		before: "ufw allow in proto tcp from any to any port 40022", stays: [3]packets.Outcome{policy.In: packets.Closed, policy.Out: packets.Open, policy.Forward: packets.Closed}, run: packets.File.RunUfw,
	}
	docker = firewall{
		name: "docker-user", platforms: []string{"docker-user"}, programs: tables.programs,
		before: dockers, stays: open, run: packets.File.Run,
	}
)

// trial is a subject's rules of one firewall, and the probes that they must pass.
type trial struct {
	files  []packets.File
	infos  []*policy.Info
	ids    []string
	rules  packets.Rules
	probes []packets.Probe
}

// of makes the files of a policy.
func (f firewall) of(t *testing.T, p *policy.Policy) trial {
	t.Helper()
	var out trial
	for _, id := range f.platforms {
		pl := platforms.Lookup(id)
		text, l, err := policy.File(pl, p)
		if err != nil {
			t.Fatal(err)
		}
		out.files = append(out.files, packets.File{Name: policy.FileName(pl.Info(), p.At), Text: string(text)})
		out.infos, out.ids = append(out.infos, pl.Info()), append(out.ids, l.ID)
		out.probes = append(out.probes, f.probes(p, policytest.Edges(p, l))...)
	}
	out.rules = f.rules(out, p.Deny != nil)
	return out
}

// rules are the commands of the platforms' own instructions: check and load,
// and remove. A default deny stays without being confirmed.
func (f firewall) rules(x trial, deny bool) packets.Rules {
	all := packets.Rules{Before: f.run(packets.File{Name: "before", Text: ""}, f.before)}
	var load, remove []packets.Loader
	for i, file := range x.files {
		step := func(s policy.Step) packets.Loader {
			return f.run(file, strings.NewReplacer("{file}", file.Name, "{id}", x.ids[i]).Replace(s.Command))
		}
		info := x.infos[i]
		stay := info.Load[0]
		if n := len(info.Undo); deny && info.Language == "sh" {
			stay = info.Undo[n-1]
		}
		load = append(load, step(info.Check[0]), step(stay))
		remove = append(remove, step(info.Remove[0]))
	}
	all.Load, all.Remove = packets.All(load...), packets.All(remove...)
	return all
}

// probes are the edges of a policy that can be sent.
func (f firewall) probes(p *policy.Policy, edges []policytest.Edge) (out []packets.Probe) {
	pinned := map[netspec.Transport]bool{} // an ephemeral port may be one that a rule names
	for i := range p.Rules {
		for _, t := range p.Rules[i].SourcePorts.Transports() {
			pinned[t] = true
		}
	}
	for _, e := range edges {
		probe := packets.Probe{From: e.From, To: e.To, Transport: e.Transport, DstPort: e.ToPort, Why: e.What + ": " + e.Rule.Reasons[0].ID()}
		switch {
		case e.Transport == netspec.ICMP && e.Type != 8, e.Transport == netspec.ICMPv6 && e.Type != 128:
			continue
		case e.Transport.HasPorts() && pinned[e.Transport]:
			probe.SrcPort = e.FromPort
		}
		probe.Want = map[policytest.Verdict]packets.Outcome{policytest.Allowed: packets.Open, policytest.Denied: packets.Closed, policytest.None: f.stays[e.Direction]}[e.Want]
		out = append(out, probe)
	}
	return out
}

// on is the network of a policy, and the probes that go with it: those given,
// without what a machine says to itself, and loopback.
func on(t *testing.T, p *policy.Policy, edges []policytest.Edge) (plan packets.Plan, self []packets.Probe) {
	t.Helper()
	if p.At.Kind == policy.Host {
		return machine(p, edges)
	}
	return between(t, edges), nil
}

// machine is the network of a host: the machine, and everybody else.
func machine(p *policy.Policy, edges []policytest.Edge) (plan packets.Plan, self []packets.Probe) {
	server, peers := packets.Node{Name: "server"}, packets.Node{Name: "peers"}
	for _, e := range edges {
		own, other := e.To, e.From
		if e.Direction == policy.Out {
			own, other = other, own
		}
		if !slices.Contains(server.Addrs, own) {
			server.Addrs = append(server.Addrs, own)
		}
		if !slices.Contains(peers.Addrs, other) {
			peers.Addrs = append(peers.Addrs, other)
		}
	}
	peers.Addrs = slices.DeleteFunc(peers.Addrs, func(a netip.Addr) bool { return slices.Contains(server.Addrs, a) })
	plan = packets.Plan{Nodes: []packets.Node{server, peers}, Filtered: "server"}
	self = plan.Loopback()
	for _, a := range append([]netip.Addr{netip.MustParseAddr("127.0.0.1"), netip.IPv6Loopback()}, server.Addrs...) {
		for i := range p.Rules {
			if p.Rules[i].Action == policy.Block {
				self = append(self, packets.Probe{From: a, To: a, Transport: netspec.TCP, DstPort: 445, Want: packets.Open, Why: "the machine to itself"})
				break
			}
		}
	}
	return plan, self
}

// between is the network around a firewall: addresses that talk stand on
// different links.
func between(t *testing.T, edges []policytest.Edge) (plan packets.Plan) {
	t.Helper()
	talk := map[netip.Addr][]netip.Addr{}
	var all []netip.Addr
	for _, e := range edges {
		for _, pair := range [][2]netip.Addr{{e.From, e.To}, {e.To, e.From}} {
			if talk[pair[0]] == nil {
				all = append(all, pair[0])
			}
			talk[pair[0]] = append(talk[pair[0]], pair[1])
		}
	}
	for _, a := range all {
		at := slices.IndexFunc(plan.Nodes, func(n packets.Node) bool {
			return !slices.ContainsFunc(n.Addrs, func(b netip.Addr) bool { return slices.Contains(talk[a], b) })
		})
		if at < 0 {
			at = len(plan.Nodes)
			plan.Nodes = append(plan.Nodes, packets.Node{Name: fmt.Sprint("side", at)})
		}
		plan.Nodes[at].Addrs = append(plan.Nodes[at].Addrs, a)
	}
	return plan
}

// within are the probes between nodes of a plan.
func within(plan packets.Plan, probes []packets.Probe) []packets.Probe {
	owner := map[netip.Addr]string{}
	for _, n := range plan.Nodes {
		for _, a := range n.Addrs {
			owner[a] = n.Name
		}
	}
	return slices.DeleteFunc(slices.Clone(probes), func(p packets.Probe) bool {
		to := p.To
		if p.Real.IsValid() {
			to = p.Real.Addr()
		}
		return owner[p.From] == owner[to]
	})
}

// ground is a subject's network, once its probes came through without rules.
type ground struct {
	*packets.Trial
	plan packets.Plan
	self []packets.Probe
}

func (s subject) ground(t *testing.T) ground {
	t.Helper()
	p := s.make(policy.Options{})
	_, l, err := policy.File(platforms.Lookup("nftables"), p)
	if err != nil {
		t.Fatal(err)
	}
	edges := policytest.Edges(p, l)
	plan, self := on(t, p, edges)
	probes := append(within(plan, nft.probes(p, edges)), self...)
	control, err := packets.Control(t.Context(), plan, probes)
	if err != nil {
		t.Fatal(err)
	}
	return ground{control, plan, self}
}

// prove holds a subject's rules of some firewalls to the policy, with and
// without a default deny. The firewalls stand idle most of the time.
func (s subject) prove(t *testing.T, list ...firewall) {
	t.Helper()
	g := s.ground(t)
	type run struct {
		name   string
		x      trial
		report packets.Report
		err    error
	}
	var runs []*run
	for _, f := range list {
		for name, o := range map[string]policy.Options{"plain": {}, "deny": {Deny: &policy.Deny{}}} {
			x := f.of(t, s.make(o))
			x.probes = append(within(g.plan, x.probes), g.self...)
			runs = append(runs, &run{name: f.name + " " + name, x: x})
		}
	}
	var all sync.WaitGroup
	for _, r := range runs {
		all.Go(func() { r.report, r.err = g.Run(t.Context(), r.x.rules, r.x.probes) })
	}
	all.Wait()
	for _, r := range runs {
		switch {
		case r.err != nil:
			t.Errorf("%s: %v", r.name, r.err)
		case !r.report.OK():
			t.Errorf("%s: %s\n%s", r.name, r.report, r.x.files[0].Text)
		}
	}
	t.Logf("%d probes", len(runs[0].x.probes))
}

func TestRules(t *testing.T) {
	packets.Need(t, append(nft.programs, tables.programs...)...)
	for _, s := range subjects(t) {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			s.prove(t, nft, tables)
		})
	}
}

// TestUfwRules: each of ufw's commands starts a program that takes its time, so
// that a few files stand for all that loading may mean; of the others the rules
// are shown, all of them, as they stand once ufw is turned on.
func TestUfwRules(t *testing.T) {
	packets.Need(t, ufw.programs...)
	deep := []subject{small(policy.Host), small(policy.Perimeter)}
	var wide []subject
	for _, s := range subjects(t) {
		if s.name == "globalscape-dmz-gateway/host-eft" || s.name == "liquidfiles-dmz/services" {
			deep = append(deep, s)
		} else {
			wide = append(wide, s)
		}
	}
	if len(deep) != 4 {
		t.Fatalf("%d subjects, not 4", len(deep))
	}
	for _, s := range deep {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			s.prove(t, ufw)
		})
	}
	for _, s := range wide {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			s.start(t)
		})
	}
}

// start holds a subject's rules of ufw to the policy, loaded once before ufw is
// turned on. With a default deny the file is the plain one's rules and what
// closes everything else, so that it shows both neighbours of what goes out, too.
func (s subject) start(t *testing.T) {
	t.Helper()
	g := s.ground(t)
	plain, x := ufw.of(t, s.make(policy.Options{})), ufw.of(t, s.make(policy.Options{Deny: &policy.Deny{}}))
	if diff := cmp.Diff(body(t, plain.files[0].Text), body(t, x.files[0].Text)); diff != "" {
		t.Errorf("the plain file has other rules:\n%s", diff)
	}
	probes := append(within(g.plan, x.probes), g.self...)
	file := x.files[0]
	file.Text = thin(t, file.Text, probes)
	report, err := g.Run(t.Context(), packets.Rules{Load: file.StartUfw("sh " + file.Name + " load confirm"), Once: true}, probes)
	if err != nil || !report.OK() {
		t.Errorf("%v\n%s\n%s", err, report, file.Text)
	}
	t.Logf("%d probes", len(probes))
}

// body is what a script has for rules: its addresses, and the function.
func body(t *testing.T, text string) string {
	t.Helper()
	function := regexp.MustCompile(`(?ms)^rules\(\) \{\n.*?^\}\n`).FindAllString(text, -1)
	if len(function) != 1 {
		t.Fatalf("%d functions with rules in\n%s", len(function), text)
	}
	return strings.Join(append(addresses.FindAllString(text, -1), function...), "")
}

// addresses is a script's variable that holds addresses.
var addresses = regexp.MustCompile(`(?m)^([a-z]\w*)='([0-9a-f.:/ ]*)'\n`)

// thin leaves out of a script's addresses those that no probe comes from or
// goes to: the Internet without some networks is hundreds of them.
func thin(t *testing.T, text string, probes []packets.Probe) string {
	met := map[netip.Addr]bool{}
	for _, p := range probes {
		met[p.From], met[p.To] = true, true
	}
	return addresses.ReplaceAllStringFunc(text, func(line string) string {
		m := addresses.FindStringSubmatch(line)
		list := slices.DeleteFunc(strings.Fields(m[2]), func(s string) bool {
			x, err := netspec.ParsePrefix(s)
			if err != nil {
				t.Fatal(err)
			}
			for a := range met {
				if x.Contains(a) {
					return false
				}
			}
			return true
		})
		return m[1] + "='" + strings.Join(list, " ") + "'\n"
	})
}

func TestDockerRules(t *testing.T) {
	packets.Need(t, docker.programs...)
	for _, s := range subjects(t) {
		if s.make(policy.Options{}).At.Kind == policy.Perimeter {
			t.Run(s.name, func(t *testing.T) {
				t.Parallel()
				s.prove(t, docker)
			})
		}
	}
}

// TestDockerPublished holds that ports are those that connections name, not
// those of the container.
func TestDockerPublished(t *testing.T) {
	packets.Need(t, docker.programs...)
	p := small(policy.Perimeter).make(policy.Options{Deny: &policy.Deny{}})
	x := docker.of(t, p)
	published := docker
	var probes []packets.Probe
	edges := map[[2]uint16]packets.Outcome{{443, 8443}: packets.Open, {8443, 443}: packets.Closed, {28000, 21}: packets.Open, {27999, 28000}: packets.Closed}
	container, public := both("203.0.113.10", "2001:db8:1::10"), both("45.67.89.100", "2a00:1:2:6::1")
	client := both("198.51.100.7", "2001:db8::")
	for i, tool := range []string{"iptables", "ip6tables"} {
		for ports, want := range edges {
			to := netip.AddrPortFrom(container[i], ports[1])
			published.before += fmt.Sprintf("%s -w -t nat -A PREROUTING -d %s -p tcp --dport %d -j DNAT --to-destination %s\n", tool, public[i], ports[0], to)
			probes = append(probes, packets.Probe{From: client[i], To: public[i], Transport: netspec.TCP, DstPort: ports[0], Real: to, Want: want, Why: "published"})
		}
	}
	plan := packets.Plan{Nodes: []packets.Node{{Name: "client", Addrs: client[:]}, {Name: "container", Addrs: container[:]}}}
	control, err := packets.Control(t.Context(), plan, probes)
	if err != nil {
		t.Fatal(err)
	}
	report, err := control.Run(t.Context(), published.rules(x, true), probes)
	if err != nil || !report.OK() {
		t.Errorf("%v\n%s\n%s", err, report, x.files[0].Text)
	}
}

// TestTranslated: who asks for a public address reaches the real machine, as
// far as the rules let it.
func TestTranslated(t *testing.T) {
	packets.Need(t, append(nft.programs, tables.programs...)...)
	proven := 0
	for _, s := range subjects(t) {
		list := s.make(policy.Options{Translate: true}).Translations
		if len(list) == 0 {
			continue
		}
		proven++
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			s.translated(t, list, nft, tables)
		})
	}
	if proven < 2 {
		t.Errorf("%d firewalls translate, not two or more", proven)
	}
}

func (s subject) translated(t *testing.T, list []policy.Translation, firewalls ...firewall) {
	// Straight to the real addresses probes go as well.
	straight := s.ground(t)
	for _, f := range firewalls {
		for _, deny := range []*policy.Deny{nil, {}} {
			x := f.of(t, s.make(policy.Options{Translate: true, Deny: deny}))
			var probes []packets.Probe
			for _, p := range within(straight.plan, x.probes) {
				probes = append(probes, p)
				for _, tr := range list {
					if p.To == tr.Real && (p.Transport == netspec.TCP || p.Transport == netspec.UDP) {
						p.Real = netip.AddrPortFrom(tr.Real, p.DstPort)
						p.To = tr.Public
						p.Why += ", translated"
						probes = append(probes, p)
					}
				}
			}
			control, err := packets.Control(t.Context(), straight.plan, probes)
			if err != nil {
				t.Fatal(err)
			}
			report, err := control.Run(t.Context(), x.rules, probes)
			if err != nil || !report.OK() {
				t.Errorf("%s, deny %t: %v\n%s\n%s", f.name, deny != nil, err, report, x.files[0].Text)
			}
		}
	}
}

// spoil spoils a file in every way that must be noticed: a family left out,
// ranges one port short, the default deny gone, addresses widened. Without a
// default deny a file closes nothing but what is forbidden.
func spoil(id, text string, deny bool) (out []packets.Mutation) {
	match := regexp.MustCompile
	each := func(pattern, with string) { out = append(out, packets.ReplaceEach(text, match(pattern), with)...) }
	all := func(pattern string) { out = append(out, packets.DropAll(text, match(pattern))...) }
	switch {
	case !deny:
		return packets.DropEach(text, match(` drop comment| DROP(; done)*$`))
	case id == "nftables":
		all(`^\s+ip6 `)
		all(`^\s+ip `)
		each(`policy drop`, "policy accept")
		each(`^(define \w+) = .*\..*`, "$1 = { 0.0.0.0/0 }")
		each(`^(define \w+) = .*::.*`, "$1 = { ::/0 }")
	default:
		if id == "iptables" || id == "ip6tables" {
			all(`; do add `)
		} else {
			all(`_v6; do `)
		}
		out = append(out, packets.DropEach(text, match(`^\techo '-A \S+ -j DROP'|ufw default deny outgoing`))...)
		each(`^([a-z]\w*)='[0-9./ ]+'`, "$1='0.0.0.0/0'")
		each(`^([a-z]\w*)='[0-9a-f/ ]*:[0-9a-f:/ ]*'`, "$1='::/0'")
	}
	return append(out, packets.ShortenRanges(text)...)
}

// TestSpoiltRules holds the probes to their task: some must notice what is
// spoilt in a file.
func TestSpoiltRules(t *testing.T) {
	list := []subject{small(policy.Host), small(policy.Perimeter)}
	for _, s := range subjects(t) {
		if s.name == "globalscape-eft/host" || s.name == "globalscape-eft/perimeter" {
			list = append(list, s)
		}
	}
	for _, s := range list {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			packets.Need(t, append(nft.programs, tables.programs...)...)
			s.spoilt(t, 100, nft, tables)
			if s.make(policy.Options{}).At.Kind == policy.Perimeter {
				s.spoilt(t, 100, docker)
			}
		})
	}
	t.Run("ufw", func(t *testing.T) {
		t.Parallel()
		packets.Need(t, ufw.programs...)
		small(policy.Host).spoilt(t, 4, ufw) // its commands take their time
	})
}

// spoilt tries spoilt copies of a subject's files, so many of each at most.
func (s subject) spoilt(t *testing.T, most int, list ...firewall) {
	t.Helper()
	g := s.ground(t)
	for _, f := range list {
		for _, deny := range []*policy.Deny{nil, {}} {
			x := f.of(t, s.make(policy.Options{Deny: deny}))
			probes := append(within(g.plan, x.probes), g.self...)
			for i, file := range x.files {
				all := spoil(f.platforms[i], file.Text, deny != nil)
				if len(all) == 0 && deny == nil {
					continue // nothing is forbidden
				}
				g.Notice(t, func(text string) packets.Rules {
					spoilt := x
					spoilt.files = slices.Clone(x.files)
					spoilt.files[i].Text = text
					rules := f.rules(spoilt, deny != nil)
					rules.Remove = nil // the probes have noticed it by then
					return rules
				}, all[:min(len(all), most)], probes)
			}
		}
	}
}

// TestWayBack: a default deny that nobody confirms goes away by itself when its
// time is over, one that is confirmed stays, and neither keeps who loads it waiting.
func TestWayBack(t *testing.T) {
	for _, f := range []firewall{nft, tables, ufw, docker} {
		kind := policy.Host
		if f.name == docker.name {
			kind = policy.Perimeter
		}
		for _, confirmed := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/confirmed=%t", f.name, confirmed), func(t *testing.T) {
				t.Parallel()
				packets.Need(t, append(f.programs, "flock")...)
				small(kind).wayBack(t, f, confirmed)
			})
		}
	}
}

// The five minutes of a way back are over when the test says so. Who waits for
// that tells it by a line in a file, and holds the file until all is done.
const (
	waiting = "{ exec 7>>waiting; flock -s 7; echo >&7; until [ -e due ]; do sleep 0.1; done; }"
	expire  = "until [ $(wc -l <waiting) = %d ]; do sleep 0.1; done; touch due; flock waiting true"
)

// timers are systemd's programs as far as the way back of nftables calls them.
const timers = `
mkdir bin
cat >bin/systemd-run <<'EOF'
#!/bin/sh
set -eu
[ "$1" = --on-active=5min ]
UNIT=${2#--unit=}
shift 2
{ ` + waiting + `; [ -e "$UNIT.timer.stopped" ] || "$@"; } </dev/null >/dev/null 2>&1 &
EOF
cat >bin/systemctl <<'EOF'
#!/bin/sh
set -eu
[ "$1" = stop ]
touch "$2.stopped"
EOF
chmod +x bin/*
`

func (s subject) wayBack(t *testing.T, f firewall, confirmed bool) {
	t.Helper()
	g := s.ground(t)
	x := f.of(t, s.make(policy.Options{Deny: &policy.Deny{}}))
	loads := 2
	if confirmed || f.name == nft.name || f.name == ufw.name {
		loads = 1 // systemd has no two timers of a name, and ufw no haste
	}
	var load, confirm []packets.Loader
	for i, file := range x.files {
		step := func(s policy.Step) packets.Loader {
			return f.run(file, "PATH=$PWD/bin:$PATH\n"+strings.NewReplacer("{file}", file.Name, "{id}", x.ids[i]).Replace(s.Command))
		}
		info := x.infos[i]
		undo := info.Undo
		if info.Language == "sh" {
			const minutes = "sleep $((MINUTES * 60))"
			if strings.Count(file.Text, minutes) != 1 || !strings.Contains(file.Text, "\nMINUTES=5\n") {
				t.Fatalf("no five minutes in\n%s", file.Text)
			}
			file.Text = strings.Replace(file.Text, minutes, waiting, 1)
		} else {
			load = append(load, step(undo[0]))
			undo = undo[1:]
		}
		load, confirm = append(load, step(info.Load[0])), append(confirm, step(undo[0]))
	}
	over := f.run(packets.File{Name: "over"}, fmt.Sprintf(expire, loads*len(x.files)))
	rules := packets.Rules{Before: packets.All(x.rules.Before, f.run(packets.File{Name: "timers"}, timers)), Once: loads == 1}
	if confirmed {
		rules.Load, rules.Remove = packets.All(append(append(load, confirm...), over)...), x.rules.Remove
	} else {
		rules.Load, rules.Remove = packets.All(load...), over
	}
	report, err := g.Run(t.Context(), rules, append(within(g.plan, x.probes), g.self...))
	if err != nil || !report.OK() {
		t.Errorf("%v\n%s", err, report)
	}
}

// TestProven: what is said to be proven is what these tests prove.
func TestProven(t *testing.T) {
	var got []string
	for _, f := range []firewall{nft, tables, ufw, docker} {
		got = append(got, f.platforms...)
	}
	if want := packets.Proven(); !slices.Equal(got, want) {
		t.Errorf("%v, not %v", want, got)
	}
}
