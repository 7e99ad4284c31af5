package policy

import (
	"slices"
	"strconv"
	"strings"
)

// headWidth is the length of the head's lines, in bytes.
const headWidth = 96

// head writes what the file says of itself.
func (lw *lowering) head(file string) {
	p := lw.p
	name := lw.l.Subject.Name
	if lw.l.Subject.Version != "" {
		name += " " + lw.l.Subject.Version
	}
	lw.say(name + ": " + lw.to.Title + " rules, " + lw.l.At.Name)
	lw.say("Made by portolan from " + p.Subject.Path + ", data version " + p.Subject.DataVersion)
	if len(p.Subject.Features) > 0 {
		lw.say("Features that are on: " + strings.Join(p.Subject.Features, ", "))
	}
	lw.l.Head = append(lw.l.Head, "")
	lw.steps("Check", lw.to.Check, file)
	lw.steps("Load", lw.to.Load, file)
	lw.steps("Remove", lw.to.Remove, file)
	if p.Deny != nil {
		lw.steps("Undo", lw.to.Undo, file)
	}
	if n := lw.placeholders(); n > 0 {
		lw.l.Head = append(lw.l.Head, "")
		lw.say("FILL IN: " + strconv.Itoa(n) + " of the roles below, marked as placeholders. They have documentation addresses, which open nothing.")
	}
	lw.l.Head = append(lw.l.Head, "")
	switch {
	case p.Deny != nil:
		lw.say("Everything else is denied, your own remote access included unless it is listed.")
	case lw.to.Closes:
		lw.closes()
	default:
		lw.say("Everything else is left to your other rules.")
	}
	if len(lw.l.Entries)+len(lw.l.Refused) == 0 {
		text := "No flow that is in has a rule here."
		if len(p.Subject.More) > 0 {
			text += " Others come with features that are off: portolan rules " + p.Subject.Slug + " --at " + p.At.ID + " --feature " + strings.Join(p.Subject.More, " --feature ") + "."
		}
		lw.say(text)
	}
	lw.tunnels()
	lw.refused()
	for _, x := range p.Left {
		if x.Why == NoPort {
			lw.absent(x.Reason.ID() + ": its source states no port. Give one, and make the file anew.")
		}
	}
	if !lw.to.Translates {
		for _, t := range p.Translations {
			lw.absent("the translation of " + t.Public.String() + " to " + t.Real.String() + ", " + Safe(t.Name) + ".")
		}
	}
	for _, x := range lw.lacks {
		family := x.family.String()
		text := "No " + family + " rule for " + strings.Join(x.flows, ", ")
		if x.others {
			text += " with " + x.role.ID + ", which has no " + family + " address."
		} else {
			text += ": " + x.role.ID + " has no " + family + " address."
		}
		lw.say(text)
		lw.l.Missing = append(lw.l.Missing, clean(text))
	}
}

// closes says what a platform denies by its nature: what is not listed, of the
// directions that something is listed of.
func (lw *lowering) closes() {
	var in, out bool
	for _, e := range lw.l.Entries {
		in = in || e.Direction != Out
		out = out || e.Direction != In
	}
	switch {
	case in && out:
		lw.say("Once loaded, what is not listed is denied: this platform knows no other way.")
	case in:
		lw.say("Once loaded, what comes in and is not listed is denied: this platform knows no other way. Of what goes out nothing is listed: the default of the platform holds.")
	case out:
		lw.say("Once loaded, what goes out and is not listed is denied: this platform knows no other way. Of what comes in nothing is listed: the default of the platform holds.")
	default:
		lw.say("Nothing is listed: the default of the platform holds.")
	}
}

// refused lists what the platform cannot say, a reason at a time.
func (lw *lowering) refused() {
	var reasons []string
	flows := map[string][]string{}
	for _, x := range lw.l.Refused {
		if flows[x.Why] == nil {
			reasons = append(reasons, x.Why)
		}
		flows[x.Why] = added(flows[x.Why], x.Rule.Reasons)
	}
	for _, why := range reasons {
		lw.absent(strings.Join(flows[why], ", ") + ": " + why + ".")
	}
}

// added are the ids with those of further flows, each once.
func added(ids []string, list []Reason) []string {
	for _, r := range list {
		if id := r.ID(); !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

func (lw *lowering) placeholders() int {
	roles := map[string]bool{}
	for _, s := range lw.l.Sets {
		if s.Placeholder {
			roles[s.Role] = true
		}
	}
	return len(roles)
}

// absent says what is not in the file, and why.
func (lw *lowering) absent(text string) {
	lw.say("NOT HERE: " + text)
	lw.l.Missing = append(lw.l.Missing, clean(text))
}

// say adds a text from the data, made safe, in as many lines as it takes.
func (lw *lowering) say(text string) {
	lw.l.Head = append(lw.l.Head, wrap(clean(text), headWidth)...)
}

// steps adds instructions, which are the platform's own words.
func (lw *lowering) steps(title string, steps []Step, file string) {
	for _, s := range steps {
		text := title + ": " + s.Text
		if s.Command != "" {
			text = title + ": " + strings.ReplaceAll(strings.ReplaceAll(s.Command, "{file}", file), "{id}", lw.l.ID)
			if s.Text != "" {
				text += "  (" + s.Text + ")"
			}
		}
		lw.l.Head = append(lw.l.Head, text)
	}
}
