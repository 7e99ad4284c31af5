package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"portolan/generator/builder"
	"portolan/generator/diag"
	"portolan/generator/diag/report"
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

// request is what the flags say.
func (f *rulesFlags) request() (r *builder.Request, err error) {
	r = &builder.Request{Platform: f.platform, At: f.at, Version: f.version, Features: f.features, Flows: f.flows, All: f.all, NAT: f.translate, Deny: f.defaultDeny, Log: f.log}
	if r.Set, err = pairs("set", "ENDPOINT=ADDR[,ADDR]", f.set); err != nil {
		return nil, err
	}
	r.Ports, err = pairs("port", "FLOW=PORTS", f.ports)
	return r, err
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
			r, err := f.request()
			if err != nil {
				return err
			}
			s, err := p.open()
			if err != nil {
				return err
			}
			subject, err := subject(s, args[0])
			if err != nil {
				return err
			}
			c := subject.Compile(r)
			var opened []error
			if c.Policy != nil {
				for _, x := range builder.Contradictions(c.Policy) {
					opened = append(opened, errors.New(x.Text))
				}
			}
			if err := p.tell(c.Faults); err != nil {
				return errors.Join(append([]error{err}, opened...)...)
			}
			if opened != nil {
				return failure{errors.Join(opened...)}
			}
			text, lowered, err := policy.File(c.Platform, c.Policy)
			if err != nil {
				return failure{err}
			}
			var list diag.List
			lowered.Warn(c.Policy, &list)
			if err := report.Write(p.err, report.Text, list.Sorted()); err != nil {
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

// subject is the product or network of a name.
func subject(s *site.Site, name string) (*builder.Subject, error) {
	if product := s.Catalog.Product(name); product != nil {
		return &builder.Subject{Catalog: s.Catalog, Product: product}, nil
	}
	i := slices.IndexFunc(s.Networks, func(n *network.Network) bool { return n.Deployment.Slug == name })
	if i < 0 {
		return nil, unknownSubject(s, name)
	}
	return &builder.Subject{Catalog: s.Catalog, Network: s.Networks[i]}, nil
}

// flagOf are the flags of the fields of a request.
var flagOf = map[string]string{"platform": "platform", "at": "at", "version": "version", "feature": "feature", "flow": "flow", "set": "set", "port": "port", "log": "log"}

// tell prints a request's warnings and returns its errors as one, each on a
// line of its own.
func (p *program) tell(faults []builder.Fault) error {
	var errs []error
	for _, f := range faults {
		text := f.Message()
		field, _, _ := strings.Cut(f.Field, ".")
		if flag := flagOf[field]; flag != "" {
			text = "--" + flag + ": " + text
		}
		if f.Warning {
			fmt.Fprintf(p.err, "portolan: warning: %s\n", text)
		} else {
			errs = append(errs, errors.New(text))
		}
	}
	return errors.Join(errs...)
}

// pairs reads flags of the form ID=TEXT.
func pairs(flag, form string, list []string) (map[string]string, error) {
	out := map[string]string{}
	for _, text := range list {
		id, value, ok := strings.Cut(text, "=")
		if !ok {
			return nil, fmt.Errorf("--%s: %q is not %s", flag, text, form)
		}
		have, twice := out[id]
		switch {
		case twice && flag == "port":
			return nil, fmt.Errorf("--port: flow %q is given ports twice; name them all in one", id)
		case twice:
			value = have + "," + value
		}
		out[id] = value
	}
	return out, nil
}
