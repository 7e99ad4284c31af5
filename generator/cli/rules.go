package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"portolan/generator/catalog"
	"portolan/generator/diag"
	"portolan/generator/netspec"
	"portolan/generator/network"
	"portolan/generator/policy"
	"portolan/generator/policy/platforms"
	"portolan/generator/site"
)

// rulesFlags are the choices of one run of "portolan rules".
type rulesFlags struct {
	platform, at     string
	version          string
	features, flows  []string
	all              bool
	set, ports       []string
	defaultDeny, log bool
	translate        bool
}

func (p *program) rules() *cobra.Command {
	var f rulesFlags
	cmd := &cobra.Command{
		Use:   "rules PRODUCT|DEPLOYMENT",
		Short: "Print firewall rules",
		Long: "Prints the rules of a product or a network for one platform, as seen from one\n" +
			"place: a product's host, host-<endpoint> or perimeter, a network's firewalls and\n" +
			"hosts by id. What the platform cannot say is left out, and said.",
		Example: "  portolan rules liquidfiles --platform nftables --at host\n" +
			"  portolan rules moveit-transfer --platform cisco-asa --feature ldap --set server=192.0.2.10 --port ftps-passive=tcp/50000-50100\n" +
			"  portolan rules moveit-farm --platform fortigate --at inner",
		Args: usage(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			pl := platforms.Lookup(f.platform)
			if pl == nil {
				return fmt.Errorf("--platform: unknown platform %q%s (known: %s)", f.platform, hint(f.platform, platforms.IDs()), strings.Join(platforms.IDs(), ", "))
			}
			s, err := p.open()
			if err != nil {
				return err
			}
			pol, err := p.policy(s, args[0], pl.Info(), &f)
			if err != nil {
				return err
			}
			text, lowered, err := policy.File(pl, pol)
			if err != nil {
				return failure{err}
			}
			var list diag.List
			lowered.Warn(pol, &list)
			if err := diag.Write(p.err, diag.Text, list.Sorted()); err != nil {
				return failure{err}
			}
			if _, err := p.out.Write(text); err != nil {
				return failure{err}
			}
			return nil
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.platform, "platform", "", "what the rules are for: "+strings.Join(platforms.IDs(), ", "))
	flags.StringVar(&f.at, "at", "", "which firewall: host, host-<endpoint>, perimeter; of a network, a firewall or host")
	flags.StringVar(&f.version, "version", "", "the product's version; the newest unless said")
	flags.StringArrayVar(&f.features, "feature", nil, "switch a feature on, or off with \"-\" before it (repeatable)")
	flags.StringArrayVar(&f.flows, "flow", nil, "take a flow in, or leave it out with \"-\" before it (repeatable)")
	flags.BoolVar(&f.all, "all", false, "switch on all features that exclude no other, and take every flow")
	flags.StringArrayVar(&f.set, "set", nil, "`ENDPOINT=ADDR[,ADDR]`: addresses, prefixes or names of an endpoint; \"any\" for everybody (repeatable)")
	flags.StringArrayVar(&f.ports, "port", nil, "`FLOW=PORTS`: ports in the place of a flow's own, as in tcp/50000-50100 (repeatable)")
	flags.BoolVar(&f.defaultDeny, "default-deny", false, "deny everything else")
	flags.BoolVar(&f.log, "log", false, "with --default-deny: log what is denied")
	flags.BoolVar(&f.translate, "nat", false, "of a network's firewall: the address translation too")
	_ = cmd.MarkFlagRequired("platform")
	_ = cmd.RegisterFlagCompletionFunc("platform", cobra.FixedCompletions(platforms.IDs(), cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// policy compiles what the flags ask for.
func (p *program) policy(s *site.Site, name string, to *policy.Info, f *rulesFlags) (*policy.Policy, error) {
	var o policy.Options
	if f.defaultDeny {
		o.Deny = &policy.Deny{Log: f.log}
	} else if f.log {
		return nil, fmt.Errorf("--log goes with --default-deny")
	}
	o.Translate = f.translate
	if product := s.Catalog.Product(name); product != nil {
		return p.productPolicy(s.Catalog, product, to, f, o)
	}
	i := slices.IndexFunc(s.Networks, func(n *network.Network) bool { return n.Deployment.Slug == name })
	if i < 0 {
		return nil, unknownSubject(s, name)
	}
	if len(f.features)+len(f.flows)+len(f.set)+len(f.ports) > 0 || f.all || f.version != "" {
		return nil, fmt.Errorf("%s is a network: its file says which versions, features, flows, addresses and ports it has", name)
	}
	at, err := vantage(policy.NetworkVantages(s.Networks[i].Deployment), to, f.at)
	if err != nil {
		return nil, err
	}
	pol := policy.Deployment(s.Catalog, s.Networks[i], at, o)
	return pol, contradicted(pol)
}

func (p *program) productPolicy(c *catalog.Catalog, product *catalog.Product, to *policy.Info, f *rulesFlags, o policy.Options) (*policy.Policy, error) {
	at, err := vantage(policy.Vantages(product), to, f.at)
	if err != nil {
		return nil, err
	}
	if f.translate {
		return nil, fmt.Errorf("--nat: %s is a product; only a network says which firewall translates", product.Slug)
	}
	if o.Addresses, err = assignments(f.set); err != nil {
		return nil, err
	}
	if o.Ports, err = portChanges(f.ports); err != nil {
		return nil, err
	}
	sel, faults := network.Select(product, network.Choice{Version: f.version, Features: f.features, Flows: f.flows, All: f.all})
	for _, x := range faults {
		return nil, fmt.Errorf("--%s: %s%s", strings.TrimSuffix(x.List, "s"), x.Text, more(x.Hint))
	}
	for _, x := range o.Check(product) {
		if !x.Warning {
			return nil, fmt.Errorf("%s%s", x.Text, more(x.Hint))
		}
		fmt.Fprintf(p.err, "portolan: warning: %s%s\n", x.Text, more(x.Hint))
	}
	pol := policy.Product(c, sel, at, o)
	return pol, contradicted(pol)
}

func more(hint string) string {
	if hint == "" {
		return ""
	}
	return "; " + hint
}

func contradicted(p *policy.Policy) error {
	for _, c := range p.Contradictions() {
		return failure{fmt.Errorf("%s opens all that %s forbids", c.Allow.ID(), c.Forbid.ID())}
	}
	return nil
}

// vantage finds the place that is asked for. Of a product, empty is the host
// where the platform filters on machines, else the perimeter.
func vantage(list []policy.Vantage, to *policy.Info, id string) (policy.Vantage, error) {
	var ids []string
	for _, v := range list {
		if id == v.ID && !to.Fits(v) {
			return v, fmt.Errorf("--at: %s filters on the machine itself, not at %s", to.Title, id)
		}
		if to.Fits(v) {
			ids = append(ids, v.ID)
		}
		if id == v.ID || id == "" && (v.ID == "host" && v.Endpoint != "" && to.Hosts || v.ID == "perimeter" && v.Kind == policy.Perimeter && !to.Hosts) {
			return v, nil
		}
	}
	if id == "" {
		return policy.Vantage{}, fmt.Errorf("--at is missing (known: %s)", strings.Join(ids, ", "))
	}
	return policy.Vantage{}, fmt.Errorf("--at: unknown %q%s (known: %s)", id, hint(id, ids), strings.Join(ids, ", "))
}

func assignments(list []string) (out []policy.Assignment, err error) {
	for _, text := range list {
		id, values, ok := strings.Cut(text, "=")
		if !ok {
			return nil, fmt.Errorf("--set: %q is not ENDPOINT=ADDR[,ADDR]", text)
		}
		a, err := policy.ParseAssignment(id, strings.FieldsFunc(values, func(r rune) bool { return r == ',' }))
		if err != nil {
			return nil, fmt.Errorf("--set: %w", err)
		}
		out = append(out, a)
	}
	return out, nil
}

func portChanges(list []string) (out []policy.PortChange, err error) {
	for _, text := range list {
		id, value, ok := strings.Cut(text, "=")
		if !ok {
			return nil, fmt.Errorf("--port: %q is not FLOW=PORTS", text)
		}
		set, err := netspec.ParsePortSet(value)
		if err != nil {
			return nil, fmt.Errorf("--port: %w", err)
		}
		out = append(out, policy.PortChange{Flow: id, Ports: set})
	}
	return out, nil
}
