package site

import (
	"bytes"
	"html/template"
	"slices"
	"strconv"
	"strings"

	"portolan/generator/archive"
	"portolan/generator/build"
	"portolan/generator/catalog"
	"portolan/generator/network"
	"portolan/generator/policy"
	"portolan/generator/policy/platforms"
	"portolan/generator/verify"
)

// ruleSet is all rule files of one product or network.
type ruleSet struct {
	// Path is the subject's page, Title its name.
	Path, Title string
	At          []ruleVantage
}

// ruleVantage is the rule files of one firewall.
type ruleVantage struct {
	policy.Vantage
	// Policy compiles it.
	Policy func() *policy.Policy
	Files  []*ruleFile
	// Tests are the connection tests to run there.
	Tests []testFile
}

// testFile is one program's connection tests from one machine.
type testFile struct {
	Tool verify.Tool
	Path string
}

// ruleFile is one platform's file at one vantage point.
type ruleFile struct {
	Platform policy.Platform
	// Path is the file's.
	Path string
	Made func() *ruleText
}

// ruleText is a rendered file.
type ruleText struct {
	Text    []byte
	Lowered *policy.Lowered
	Policy  *policy.Policy
	Err     error
}

// publishedPlatforms are the platforms that the site has rules for.
func publishedPlatforms(site *catalog.Site) []policy.Platform {
	all := platforms.All()
	if len(site.Platforms) > 0 {
		all = slices.DeleteFunc(all, func(p policy.Platform) bool { return !slices.Contains(site.Platforms, p.Info().ID) })
	}
	return all
}

func (s *Site) ruleSet(path, title string, at []policy.Vantage, compile func(policy.Vantage) *policy.Policy) *ruleSet {
	set := &ruleSet{Path: path, Title: title}
	for _, v := range at {
		rv := ruleVantage{Vantage: v, Policy: recall(func() *policy.Policy { return compile(v) })}
		for _, pl := range s.platforms {
			if !pl.Info().Fits(v) {
				continue
			}
			rv.Files = append(rv.Files, &ruleFile{Platform: pl, Path: path + "rules/" + policy.FileName(pl.Info(), v), Made: recall(func() *ruleText {
				p := rv.Policy()
				text, l, err := policy.File(pl, p)
				return &ruleText{text, l, p, err}
			})})
		}
		set.At = append(set.At, rv)
	}
	return set
}

func (s *Site) productRules(p *catalog.Product) *ruleSet {
	sel, _ := network.Select(p, network.Choice{}) // the default choice has no faults
	return s.ruleSet(productPath(p.Slug), p.Name, policy.Vantages(p), func(v policy.Vantage) *policy.Policy {
		return policy.Product(s.Catalog, sel, v, policy.Options{})
	}).tested()
}

func (s *Site) networkRules(n *network.Network) *ruleSet {
	d := n.Deployment
	return s.ruleSet("/deployments/"+d.Slug+"/", d.Name, policy.NetworkVantages(d), func(v policy.Vantage) *policy.Policy {
		return policy.Deployment(s.Catalog, n, v, policy.Options{Translate: true})
	}).tested()
}

// tested adds the connection tests of each machine.
func (set *ruleSet) tested() *ruleSet {
	for i := range set.At {
		rv := &set.At[i]
		if rv.Kind != policy.Host {
			continue
		}
		rv.tests(set.Path)
	}
	return set
}

// tests lists the connection tests from a machine, if it opens anything.
func (rv *ruleVantage) tests(path string) {
	if !verify.Opens(rv.Policy()) {
		return
	}
	for _, tool := range verify.Tools() {
		rv.Tests = append(rv.Tests, testFile{tool, path + "verify/" + tool.FileName(rv.Vantage)})
	}
}

// rules plans the files, the archive and the pages of one subject's rules.
func (pl *planner) rules(set *ruleSet, key build.Key) {
	if len(pl.s.platforms) == 0 {
		return
	}
	for _, at := range set.At {
		for _, f := range at.Files {
			pl.page(f.Path, key, func() ([]byte, error) { return f.Made().Text, f.Made().Err })
		}
		for _, f := range at.Tests {
			pl.file(f.Path, key, func() []byte { return f.Tool.Render(at.Policy()) })
		}
	}
	pl.page(set.Path+"rules.zip", key, set.archive)
	for _, p := range pl.s.platforms {
		if set.fits(p) {
			pl.page(set.Path+"rules/"+p.Info().ID+"/", key, func() ([]byte, error) { return pl.s.rulesPage(set, p) })
		}
	}
}

// fits tells whether a platform has a file at some vantage point.
func (set *ruleSet) fits(p policy.Platform) bool {
	return slices.ContainsFunc(set.At, func(at ruleVantage) bool { return p.Info().Fits(at.Vantage) })
}

// archive is all files in one. It carries no times: same files, same bytes.
func (set *ruleSet) archive() ([]byte, error) {
	return buffered(func(b *bytes.Buffer) error {
		z := archive.NewWriter(b)
		for _, at := range set.At {
			for _, f := range at.Files {
				made := f.Made()
				if made.Err != nil {
					return made.Err
				}
				w, err := z.Create(f.name())
				if err != nil {
					return err
				}
				if _, err := w.Write(made.Text); err != nil {
					return err
				}
			}
		}
		return z.Close()
	})
}

func (f *ruleFile) name() string { return f.Path[strings.LastIndexByte(f.Path, '/')+1:] }

type rulesView struct {
	base
	Info   *policy.Info
	Picker template.HTML
	Zip    string
	// Choices are those of the files, as the rule builder's address has them.
	Choices string
	Network bool
	Places  []placeView
	Subject string
}

// placeView is one vantage point's file on a page.
type placeView struct {
	ID, Name, What string
	File           string // its path
	Code           template.HTML
	Entries        string
	Empty          bool
	// More is the command that brings the first rule where there is none;
	// empty: no feature would.
	More  string
	Fill  int // how many roles are to be filled in
	Left  []leftView
	Steps template.HTML
	Tests template.HTML
}

type leftView struct {
	Flow template.HTML
	Why  string
}

func (s *Site) rulesPage(set *ruleSet, p policy.Platform) ([]byte, error) {
	info := p.Info()
	path := set.Path + "rules/" + info.ID + "/"
	section := set.Path[:strings.IndexByte(set.Path[1:], '/')+2]
	parent := crumb{"Products", "/products/"}
	if section == "/deployments/" {
		parent = crumb{"Networks", section}
	}
	v := rulesView{
		base: base{site: s, Path: path, Title: set.Title + ": rules for " + info.Title, Section: section,
			Description: "Firewall rules of " + set.Title + " for " + info.Title + ", ready to check and load, each with its reason.",
			Crumbs:      []crumb{parent, {set.Title, set.Path}}},
		Info: info, Picker: s.picker(set, path, info.ID), Zip: set.Path + "rules.zip", Subject: set.Title,
	}
	v.Choices = "platform=" + info.ID + "&of=" + strings.Split(set.Path, "/")[2]
	if v.Network = section == "/deployments/"; v.Network {
		v.Choices += "&nat" // as the files of a network are published
	}
	for _, at := range set.At {
		i := slices.IndexFunc(at.Files, func(f *ruleFile) bool { return f.Platform == p })
		if i < 0 {
			continue
		}
		made := at.Files[i].Made()
		if made.Err != nil {
			return nil, made.Err
		}
		place := s.place(path, at.Files[i], made)
		place.Tests = testLinks(path, at.Tests)
		v.Places = append(v.Places, place)
	}
	return s.render("rules", v)
}

func (s *Site) place(page string, f *ruleFile, made *ruleText) placeView {
	at, info := made.Policy.At, f.Platform.Info()
	v := placeView{ID: at.ID, Name: at.Name, File: f.Path, What: standing(at, info), Entries: counted(len(made.Lowered.Entries), "rule", "rules"),
		Empty: len(made.Lowered.Entries) == 0}
	if more := made.Policy.Subject.More; len(more) > 0 {
		v.More = "portolan rules " + made.Policy.Subject.Slug + " --platform " + info.ID + " --at " + at.ID + " --feature " + strings.Join(more, " --feature ")
	}
	roles := map[string]bool{}
	for _, set := range made.Lowered.Sets {
		if set.Placeholder && !roles[set.Role] {
			roles[set.Role] = true
			v.Fill++
		}
	}
	m := &markup{page: page}
	v.Code = m.text(string(made.Text)).html()
	for _, x := range made.Lowered.Refused {
		for _, r := range x.Rule.Reasons {
			v.Left = append(v.Left, leftView{s.reasonLink(page, r), x.Why})
		}
	}
	for _, x := range made.Policy.Left {
		if x.Why == policy.NoPort {
			v.Left = append(v.Left, leftView{s.reasonLink(page, x.Reason), "its source states no port"})
		}
	}
	v.Steps = steps(info, f.name(), made.Lowered.ID)
	return v
}

// standing says where a platform stands at a vantage point.
func standing(at policy.Vantage, info *policy.Info) string {
	switch {
	case at.Kind == policy.Perimeter:
		return "between the zones"
	case info.Hosts:
		return "on the machine itself"
	}
	return "in front of the machine"
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

func (s *Site) reasonLink(page string, r policy.Reason) template.HTML {
	m := &markup{page: page}
	m.raw(`<a href="`).href(productPath(r.Product.Slug) + "#" + r.Flow.ID).raw(`"><code>`).text(r.ID()).raw(`</code></a>`)
	return m.html()
}

// steps are how to check, load and remove a file, as items of a list.
func steps(info *policy.Info, file, id string) template.HTML {
	return stepList("Check first", info.Check, file, id) + stepList("Load", info.Load, file, id) + stepList("Remove", info.Remove, file, id)
}

func stepList(title string, list []policy.Step, file, id string) template.HTML {
	fill := strings.NewReplacer("{file}", file, "{id}", id)
	m := &markup{}
	for i, x := range list {
		if i == 0 {
			m.raw(`<dt>`, title, `</dt>`)
		}
		m.raw(`<dd>`)
		if x.Command != "" {
			m.raw(`<code>`).text(fill.Replace(x.Command)).raw(`</code> `)
		}
		m.text(x.Text).raw(`</dd>`)
	}
	return m.html()
}

// picker is the platforms by group, each a link to its page of the subject;
// current is the one that the page is of.
func (s *Site) picker(set *ruleSet, page, current string) template.HTML {
	m := &markup{page: page}
	m.raw(`<dl class="picker">`)
	for _, g := range policy.Groups() {
		open := false
		for _, p := range s.platforms {
			info := p.Info()
			if info.Group != g || !set.fits(p) {
				continue
			}
			if !open {
				open = true
				m.raw(`<dt>`, string(g), `</dt><dd><ul>`)
			}
			m.raw(`<li><a href="`).href(set.Path + "rules/" + info.ID + "/").raw(`"`)
			if info.ID == current {
				m.raw(` aria-current="page"`)
			}
			m.raw(`>`).text(info.Title).raw(`</a></li>`)
		}
		if open {
			m.raw(`</ul></dd>`)
		}
	}
	return m.raw(`</dl>`).html()
}

// testLinks are the connection tests from a machine as items of a list.
func testLinks(page string, tests []testFile) template.HTML {
	m := &markup{page: page}
	for _, f := range tests {
		m.raw(`<li><a download href="`).href(f.Path).raw(`">`, f.Tool.Title, `</a></li>`)
	}
	return m.html()
}

// verifyList is the connection tests of all machines, as a definition list.
func (set *ruleSet) verifyList(page string) template.HTML {
	m := &markup{page: page}
	for _, at := range set.At {
		if len(at.Tests) > 0 {
			m.raw(`<dt>From `).text(at.Name).raw(`</dt><dd><ul>`, string(testLinks(page, at.Tests)), `</ul></dd>`)
		}
	}
	return m.html()
}

// inline is a firewall's file within a network's page.
func (s *Site) inline(m *markup, set *ruleSet, at, platform string) {
	i := slices.IndexFunc(set.At, func(v ruleVantage) bool { return v.ID == at })
	if i < 0 || len(set.At[i].Files) == 0 {
		return
	}
	j := slices.IndexFunc(set.At[i].Files, func(f *ruleFile) bool { return f.Platform.Info().ID == platform })
	if j < 0 {
		return
	}
	f := set.At[i].Files[j]
	made := f.Made()
	if made.Err != nil {
		return // its own file tells
	}
	info := f.Platform.Info()
	m.raw(`<details class="rules"><summary>Its rules: `).text(info.Title).raw(`, `, counted(len(made.Lowered.Entries), "rule", "rules"), `</summary>`,
		`<p class="actions"><a download href="`).href(f.Path).raw(`">Download <code>`, f.name(), `</code></a> <a href="`).href(set.Path + "rules/" + info.ID + "/#" + at).raw(`">How to load it</a></p>`)
	m.raw(`<pre class="rules" tabindex="0" role="region" aria-label="Rules: `).text(set.At[i].Name).raw(`"><code>`).text(string(made.Text)).raw(`</code></pre></details>`)
}
