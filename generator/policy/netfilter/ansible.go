package netfilter

import (
	"portolan/generator/netspec"
	"portolan/generator/policy"
)

// ansible writes a playbook that keeps an nftables file and loads it when it changes.
type ansible struct{}

var ansibleInfo = policy.Info{
	ID: "ansible", Title: "Ansible", Vendor: "Ansible", Group: policy.Others,
	Language: "yaml", Ext: "yml", Comment: "#",
	Hosts: true, Perimeters: true,
	Families: policy.Addressed, Ends: policy.Sets,
	Transports: []netspec.Transport{netspec.SCTP}, AnyProtocol: true,
	Translates: true,
	Name:       policy.Name{Max: 100},
	Load: []policy.Step{
		{Text: "on the machines of your inventory; can be repeated", Command: "ansible-playbook -i INVENTORY {file} --limit MACHINES"},
		{Text: "For every start, include the file that it puts into /etc/portolan from /etc/nftables.conf."},
	},
	Check:  []policy.Step{{Command: "ansible-playbook -i INVENTORY {file} --limit MACHINES --check --diff"}},
	Remove: []policy.Step{{Command: "ansible-playbook -i INVENTORY {file} --limit MACHINES -e portolan_state=absent"}},
	Undo: []policy.Step{
		{Text: "the rules go away five minutes after loading, unless you run this", Command: "ansible-playbook -i INVENTORY {file} --limit MACHINES -e portolan_confirm=true"},
	},
	Facts: []string{
		"It takes Linux with nftables, and no collection besides what ansible-core brings.",
		"The rules are one nftables file with the addresses of your variables: nft checks it before it is put in place, loads it as a whole, and --check --diff shows what would change.",
		"Its tag is the name of the policy. Put the addresses of a role into your inventory as portolan_ROLE, and take them out of the file's vars.",
		"A packet must pass every table: an accept here opens nothing that another table drops. Where ufw, firewalld or Docker look after the rules, use their own files instead.",
		"With a default deny, what other tables accept is dropped as well, outgoing connections of the machine such as DNS and updates included, unless they are listed.",
	},
	Proof: []string{"ansible-playbook --syntax-check; module arguments by ansible-doc", policy.OwnReader},
	Documents: []policy.Document{
		{Title: "ansible.builtin.copy", URL: "https://docs.ansible.com/ansible/latest/collections/ansible/builtin/copy_module.html"},
		{Title: "Ansible: asynchronous actions", URL: "https://docs.ansible.com/ansible/latest/playbook_guide/playbooks_async.html"},
		{Title: "nft(8)", URL: "https://www.netfilter.org/projects/nftables/manpage.html"},
	},
}

func (ansible) Info() *policy.Info { return &ansibleInfo }

func (ansible) Render(p *policy.Printer, l *policy.Lowered) error {
	p.Line("---")
	p.Head("#", l.Head)
	p.Line("- name: \"Firewall rules: ", l.Subject.Name, ", ", l.At.Name, "\"")
	p.Line("  hosts: all")
	p.Line("  become: true")
	p.Line("  gather_facts: false")
	p.Line("  tags: [\"", l.ID, "\"]")
	p.Line("  vars:")
	p.Line("    portolan_state: present")
	if l.Deny != nil {
		p.Line("    portolan_confirm: false")
		p.Line("    # How many seconds the rules stay unless they are confirmed.")
		p.Line("    portolan_wait: 300")
	}
	for _, s := range l.Sets {
		about(p, "    ", s)
		p.Line("    portolan_", s.Variable, ":")
		for _, x := range s.Prefixes() {
			p.Text("      - \"")
			prefix(p, x)
			p.Line("\"")
		}
	}
	p.Line("  tasks:")
	task(p, "See whether the rules are loaded", "command")
	p.Line("        argv: [nft, list, table, inet, \"", l.ID, "\"]")
	p.Line("      register: portolan_there")
	p.Line("      changed_when: false")
	p.Line("      failed_when: false")
	p.Line("      check_mode: false")
	task(p, "Make a folder for the rules", "file")
	p.Line("        path: /etc/portolan")
	p.Line("        state: directory")
	p.Line("        mode: \"0755\"")
	p.Line("      when: portolan_state == 'present'")
	task(p, "Write the rules", "copy")
	p.Line("        dest: \"/etc/portolan/", l.ID, ".nft\"")
	p.Line("        mode: \"0600\"")
	p.Line("        validate: nft -c -f %s")
	p.Line("        content: |")
	for _, s := range l.Sets {
		p.Text(nftIndent, "define ")
		variable(p, s)
		p.Line(" = { {{ portolan_", s.Variable, " | join(', ') }} }")
	}
	nftTable(p, l, nftIndent)
	p.Line("      register: portolan_file")
	p.Line("      when: portolan_state == 'present'")
	if l.Deny != nil {
		wayBack(p, l)
	}
	task(p, "Load the rules", "command")
	p.Line("        argv: [nft, -f, \"/etc/portolan/", l.ID, ".nft\"]")
	p.Line("      when: portolan_state == 'present' and (portolan_file is changed or portolan_there.rc != 0)")
	if l.Deny != nil {
		task(p, "Confirm the rules", "file")
		p.Line("        path: \"/run/", l.ID, ".undo\"")
		p.Line("        state: absent")
		p.Line("      when: portolan_confirm | bool or portolan_state == 'absent'")
	}
	task(p, "Remove the rules", "command")
	p.Line("        argv: [nft, delete, table, inet, \"", l.ID, "\"]")
	p.Line("      when: portolan_state == 'absent' and portolan_there.rc == 0")
	task(p, "Remove the file of the rules", "file")
	p.Line("        path: \"/etc/portolan/", l.ID, ".nft\"")
	p.Line("        state: absent")
	p.Line("      when: portolan_state == 'absent'")
	return nil
}

// nftIndent is where the file inside the playbook begins.
const nftIndent = "          "

func task(p *policy.Printer, name, module string) {
	p.Line("    - name: ", name)
	p.Line("      ansible.builtin.", module, ":")
}

// wayBack writes tasks that take the rules away again unless they are confirmed in time.
func wayBack(p *policy.Printer, l *policy.Lowered) {
	const when = "      when: portolan_state == 'present' and not portolan_confirm | bool and not ansible_check_mode and (portolan_file is changed or portolan_there.rc != 0)"
	task(p, "Mark the rules as not confirmed", "copy")
	p.Line("        dest: \"/run/", l.ID, ".undo\"")
	p.Line("        content: \"\"")
	p.Line("        mode: \"0600\"")
	p.Line(when)
	task(p, "Prepare the way back", "shell")
	p.Line("        cmd: sleep {{ portolan_wait }}; [ ! -e /run/", l.ID, ".undo ] || { rm -f /run/", l.ID, ".undo; nft delete table inet ", l.ID, "; }")
	p.Line("      async: 3600")
	p.Line("      poll: 0")
	p.Line("      changed_when: false")
	p.Line(when)
}
