package azure

import (
	"strconv"

	"portolan/generator/policy"
)

type bicep struct{}

func (bicep) Info() *policy.Info {
	i := info()
	i.ID, i.Title, i.Language, i.Ext = "azure-bicep", "Azure network security group, Bicep", "bicep", "bicep"
	i.Proof = []string{policy.OwnReader}
	i.Comment = "//"
	i.Name.Extra = "_"
	i.Check = []policy.Step{{Text: "with the resource group that the network is in", Command: "az deployment group what-if --resource-group GROUP --template-file {file}"}}
	i.Load = []policy.Step{{Command: "az deployment group create --resource-group GROUP --template-file {file}"}}
	i.Remove = []policy.Step{{Text: "detach the group first", Command: "az network nsg delete --resource-group GROUP --name {id}"}}
	i.Facts = append(i.Facts, "The file makes the group exactly what is listed: rules added to it by hand go. It cannot add to a group that has others.")
	i.Documents = append(i.Documents,
		policy.Document{Title: "Microsoft.Network networkSecurityGroups, Bicep", URL: "https://learn.microsoft.com/azure/templates/microsoft.network/networksecuritygroups"})
	return &i
}

func (bicep) Render(p *policy.Printer, l *policy.Lowered) error {
	p.Head("//", l.Head)
	p.Line()
	p.Line("@description('Where the network is')")
	p.Line("param location string = resourceGroup().location")
	p.Line()
	for _, s := range l.Sets {
		p.Line("@description('", about(s), "')")
		p.Line("@minLength(1)")
		p.Line("param ", variable(s), " array = [")
		for _, x := range s.Prefixes() {
			p.Line("  '", x.String(), "'")
		}
		p.Line("]")
		p.Line()
	}
	p.Line("resource group 'Microsoft.Network/networkSecurityGroups@2023-11-01' = {")
	p.Line("  name: '", l.ID, "'")
	p.Line("  location: location")
	p.Line("  properties: {")
	p.Line("    securityRules: [")
	var buf [2]written
	for _, e := range l.Entries {
		for _, w := range ways(e, &buf) {
			begin(p, w, strconv.Itoa(e.Number), access(e.Action), protocol(e.Transport), e.Note)
			bicepPorts(p, "sourcePort", e.SourcePorts)
			bicepPorts(p, "destinationPort", e.Ports)
			bicepAddresses(p, "source", e, e.From)
			bicepAddresses(p, "destination", e, e.To)
			p.Line("        }")
			p.Line("      }")
		}
		p.Entry(e)
	}
	if l.Deny != nil {
		for _, w := range []written{{"Inbound", l.Prefix + "deny_in"}, {"Outbound", l.Prefix + "deny_out"}} {
			begin(p, w, last, "Deny", "*", "Everything else")
			bicepPorts(p, "sourcePort", nil)
			bicepPorts(p, "destinationPort", nil)
			p.Line("          sourceAddressPrefix: '*'")
			p.Line("          destinationAddressPrefix: '*'")
			p.Line("        }")
			p.Line("      }")
		}
	}
	p.Line("    ]")
	p.Line("  }")
	p.Line("}")
	p.Line()
	p.Line("output id string = group.id")
	return nil
}

// begin begins a rule.
func begin(p *policy.Printer, w written, priority, access, protocol, note string) {
	p.Line("      {")
	p.Line("        name: '", w.name, "'")
	p.Line("        properties: {")
	p.Line("          description: '", note, "'")
	p.Line("          priority: ", priority)
	p.Line("          direction: '", w.direction, "'")
	p.Line("          access: '", access, "'")
	p.Line("          protocol: '", protocol, "'")
}

func bicepPorts(p *policy.Printer, end string, list []policy.Ports) {
	if len(list) == 0 {
		p.Line("          ", end, "Range: '*'")
		return
	}
	p.Line("          ", end, "Ranges: [")
	for _, x := range list {
		p.Line("            '", spell(x), "'")
	}
	p.Line("          ]")
}

func bicepAddresses(p *policy.Printer, end string, e *policy.Entry, s policy.Side) {
	if len(s.Sets) == 0 {
		list := every(e, s)
		if len(list) == 1 {
			p.Line("          ", end, "AddressPrefix: '", list[0], "'")
			return
		}
		p.Line("          ", end, "AddressPrefixes: [")
		p.Line("            '", list[0], "'")
		p.Line("            '", list[1], "'")
		p.Line("          ]")
		return
	}
	p.Text("          ", end, "AddressPrefixes: ")
	if len(s.Sets) == 1 {
		p.Line(variable(s.Sets[0]))
		return
	}
	p.Text("union(")
	for i, x := range s.Sets {
		if i > 0 {
			p.Text(", ")
		}
		p.Text(variable(x))
	}
	p.Line(")")
}
