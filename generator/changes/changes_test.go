package changes_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/yuin/goldmark"

	"portolan/generator/catalog"
	"portolan/generator/catalog/load"
	"portolan/generator/changes"
	"portolan/generator/diag"
)

const base = `
name = "Ship"
vendor = "V"
kind = "server"
summary = "Carries *files*."
versions = ["1", "2"]
[endpoint.server]
name = "Server"
zone = "dmz"
self = true
[endpoint.users]
name = "Users"
zone = "internet"
[feature.ftp]
name = "FTP"
[flow.web]
service = "https"
from = "users"
to = "server"
ports = "tcp/443"
need = "required"
source = "d#1"
[flow.ftp]
service = "ftp"
from = "users"
to = "server"
ports = "tcp/21,2000-2100"
need = "conditional"
feature = "ftp"
until = "1"
source = "d#2"
[flow.shut]
service = "ftp"
from = "users"
to = "server"
ports = "tcp/20"
need = "forbidden"
source = "d"
[source.d]
title = "Guide"
publisher = "V"
`

func catalogOf(t *testing.T, ship string) *catalog.Catalog {
	t.Helper()
	files := fstest.MapFS{
		"data/zones.toml":    {Data: []byte("[zone.internet]\nname = \"Internet\"\n[zone.dmz]\nname = \"DMZ\"\n")},
		"data/services.toml": {Data: []byte("[service.https]\nname = \"HTTPS\"\n[service.ftp]\nname = \"FTP\"\n")},
	}
	if ship != "" {
		files["data/products/ship.toml"] = &fstest.MapFile{Data: []byte(ship)}
	}
	var l diag.List
	r := load.Load(files, load.Options{}, &l)
	if r.Catalog == nil || l.HasErrors() {
		t.Fatal(l.Sorted())
	}
	return r.Catalog
}

func text(t *testing.T, f changes.Format, r *changes.Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := changes.Write(&b, f, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestCatalogs(t *testing.T) {
	edit := func(pairs ...string) string { return strings.NewReplacer(pairs...).Replace(base) }
	flow := func(id, ports, need string) string {
		return "[flow." + id + "]\nservice = \"https\"\nfrom = \"users\"\nto = \"server\"\nports = \"" + ports + "\"\nneed = \"" + need + "\"\nsource = \"d\"\n"
	}
	for _, c := range []struct{ name, old, now, want string }{
		{"same", base, base, "nothing differs\n"},
		{"added", "", base, "+ Ship: added\n"},
		{"removed", base, "", "- Ship: removed\n"},
		{"order of the file", base, edit("[endpoint.server]\nname = \"Server\"\nzone = \"dmz\"\nself = true\n", "") + "[endpoint.server]\nself = true\nzone = \"dmz\"\nname = \"Server\"\n", "nothing differs\n"},
		{"words", base, edit("*files*", "files"), "~ Ship: changed\n  ~ the product: Ship\n      summary: Carries *files*. -> Carries files.\n"},
		{"port moved", base, edit(`"tcp/443"`, `"tcp/8443"`),
			"~ Ship: changed\n  ~ flow web: https tcp/8443, Users to Server\n      ports: tcp/443 -> tcp/8443\n  open  tcp/8443 from Users to Server\n  close tcp/443 from Users to Server\n"},
		{"a key gained", base, edit("need = \"required\"\n", "need = \"required\"\nencryption = [\"tls\", \"none\"]\n"),
			"~ Ship: changed\n  ~ flow web: https tcp/443, Users to Server\n      encryption: (nothing) -> tls, none\n"},
		{"a false that is said", base, edit("self = true\n", "self = true\nmanaged = false\n"),
			"~ Ship: changed\n  ~ endpoint server: Server\n      managed: (nothing) -> false\n"},
		{"a flow whose port another has", base, base + flow("again", "tcp/443", "optional"),
			"~ Ship: changed\n  + flow again: https tcp/443, Users to Server\n"},
		{"what becomes forbidden", base + flow("more", "tcp/8443", "optional"), base + flow("more", "tcp/8443", "forbidden"),
			"~ Ship: changed\n  ~ flow more: https tcp/8443, Users to Server\n      need: optional -> forbidden\n  close tcp/8443 from Users to Server\n"},
		{"a range that shrinks", base + flow("more", "tcp/100-200", "optional"), base + flow("more", "tcp/120-150", "optional"),
			"~ Ship: changed\n  ~ flow more: https tcp/120-150, Users to Server\n      ports: tcp/100-200 -> tcp/120-150\n  close tcp/100-119,151-200 from Users to Server\n"},
	} {
		var old, now *catalog.Catalog
		old, now = catalogOf(t, c.old), catalogOf(t, c.now)
		if diff := cmp.Diff(c.want, text(t, changes.Text, changes.Catalogs(old, now))); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
	if r := changes.Catalogs(nil, catalogOf(t, base)); len(r.Products) != 1 || r.Products[0].Kind != changes.Added || r.Old != "" {
		t.Errorf("from nothing: %+v", r)
	}
}

func TestVersions(t *testing.T) {
	p := catalogOf(t, base).Product("ship")
	d := changes.Versions(p, "1", "2")
	if d == nil {
		t.Fatal("nothing differs")
	}
	want := "~ Ship: 1 to 2\n  - flow ftp: ftp tcp/21,2000-2100, Users to Server\n  close tcp/21,2000-2100 from Users to Server\n"
	if diff := cmp.Diff(want, text(t, changes.Text, &changes.Report{Products: []changes.Product{*d}})); diff != "" {
		t.Error(diff)
	}
	if d := changes.Versions(p, "2", "2"); d != nil {
		t.Errorf("a version differs from itself: %+v", d)
	}
}

// TestMarkdown holds that no text of the data becomes markup.
func TestMarkdown(t *testing.T) {
	hostile := "a | b * c _d_ `e` [f](g) <script> ~~h~~ \\ &amp; ![i](j)"
	r := changes.Catalogs(catalogOf(t, base), catalogOf(t, strings.Replace(base, `name = "Users"`, `name = '`+hostile+`'`, 1)+
		"[flow.more]\nservice = \"https\"\nfrom = \"users\"\nto = \"server\"\nports = \"tcp/1\"\nneed = \"optional\"\nsource = \"d\"\n"))
	var html bytes.Buffer
	if err := goldmark.Convert([]byte(text(t, changes.Markdown, r)), &html); err != nil {
		t.Fatal(err)
	}
	for _, tag := range []string{"<script", "<em", "<code", "<a ", "<img", "<strong"} {
		if strings.Contains(html.String(), tag) {
			t.Errorf("%s in %s", tag, html.String())
		}
	}
	if want := "a | b * c _d_ `e` [f](g) &lt;script&gt; ~~h~~ \\ &amp;amp; ![i](j)"; !strings.Contains(html.String(), want) {
		t.Errorf("the name is lost in %s", html.String())
	}
}

// TestRecord holds that a record says what the report said.
func TestRecord(t *testing.T) {
	r := changes.Catalogs(catalogOf(t, base), catalogOf(t, strings.Replace(base, "tcp/443", "tcp/8443", 1)))
	var l diag.List
	got := changes.Parse("x.json", []byte(text(t, changes.JSON, r)), &l)
	if diff := cmp.Diff(r, got); diff != "" || len(l.Sorted()) > 0 {
		t.Error(diff, l.Sorted())
	}
}

func TestLoad(t *testing.T) {
	good := `{"schema_version": 1, "old": "", "new": "a", "products": []}`
	files := fstest.MapFS{}
	for name, src := range map[string]string{
		"2026-01-02.json": good, "2026-11-21.json": good, ".keep": "",
		"notes.txt": "", "2026-13-01.json": good,
		"2026-02-01.json": "{\n \"schema_version\": 1,\n \"colour\": 2}",
		"2026-02-02.json": "{\n \"new\": 5}",
		"2026-02-03.json": "{\n oops}",
		"2026-02-04.json": `{"schema_version": 2}`,
		"2026-02-05.json": good + " {}",
		"2026-02-06.json": `{"schema_version": 1, "products": [{"slug": "a", "name": "A", "kind": "gone"}]}`,
	} {
		files[filepath.ToSlash(filepath.Join(changes.Folder, name))] = &fstest.MapFile{Data: []byte(src)}
	}
	var l diag.List
	var dates []string
	for _, r := range changes.Load(files, &l) {
		dates = append(dates, r.Date)
	}
	if diff := cmp.Diff([]string{"2026-11-21", "2026-01-02"}, dates); diff != "" {
		t.Error(diff)
	}
	var got []string
	for _, d := range l.Sorted() {
		got = append(got, strings.TrimPrefix(d.Pos.String(), changes.Folder+"/")+" "+d.Code)
	}
	want := []string{
		"2026-02-01.json:3:14 release-syntax", "2026-02-02.json:2:10 release-syntax", "2026-02-03.json:2:3 release-syntax",
		"2026-02-04.json release-value", "2026-02-05.json:1:63 release-syntax", "2026-02-06.json release-value",
		"2026-13-01.json release-name", "notes.txt release-name",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if r := changes.Load(os.DirFS(t.TempDir()), &l); r != nil {
		t.Errorf("releases of no folder: %v", r)
	}
}
