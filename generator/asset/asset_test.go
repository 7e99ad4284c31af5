package asset_test

import (
	"errors"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"portolan/generator/asset"
)

func TestMinify(t *testing.T) {
	tests := []struct{ name, kind, in, want string }{
		{"css", asset.CSS, "a {\n  color: #ff0000;\n}\n", `a{color:red}`},
		{"js", asset.JavaScript, "const hello = 1; // one\nalert( hello );\n", `const hello=1;alert(hello)`},
		{"svg", asset.SVG, "<svg xmlns=\"http://www.w3.org/2000/svg\">\n <!-- x --> <g id=\"a\"><path d=\"M 0 0 L 10 0\"/></g>\n</svg>", `<svg xmlns="http://www.w3.org/2000/svg"><g id="a"><path d="M0 0H10"/></g></svg>`},
		{"json numbers stay", asset.JSON, "{ \"a\": [ 1.0, 1000000 ] }", `{"a":[1.0,1000000]}`},
		{
			"html stays valid", asset.HTML,
			"<!doctype html>\n<html lang=\"en\">\n<head>\n  <meta charset=\"utf-8\">\n  <title> T </title>\n</head>\n<body>\n<p>A  <b>b</b>\n</p>\n<ul><li>x</li></ul>\n</body>\n</html>\n",
			`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>T</title></head><body><p>A <b>b</b></p><ul><li>x</li></ul></body></html>`,
		},
		{
			"html attributes", asset.HTML,
			`<img src="a.svg" alt=""><input type="text" name="q" value="" required="required"><a href="?a=1&amp;b=2">&lt;x&gt; &amp;copy;</a><option value="">-</option>`,
			`<img src="a.svg" alt><input type="text" name="q" required><a href="?a=1&amp;b=2">&lt;x> &amp;copy;</a><option value>-</option>`,
		},
		{"html with style and script", asset.HTML, "<style>\na { color: red }\n</style><script>\nvar a = 1;\n</script>", `<style>a{color:red}</style><script>var a=1</script>`},
		{"html preformatted", asset.HTML, "<pre>a\n   b</pre><textarea>\n  x  </textarea>", "<pre>a\n   b</pre><textarea>\n  x  </textarea>"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := asset.Minify(test.kind, []byte(test.in))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, string(got)); diff != "" {
				t.Error(diff)
			}
			again, err := asset.Minify(test.kind, got)
			if err != nil || string(again) != string(got) {
				t.Errorf("minified again it is %s, %v", again, err)
			}
		})
	}
}

func TestMinifyKeepsTheSource(t *testing.T) {
	for kind, src := range map[string]string{
		asset.HTML: "<P CLASS='A  b'>x   y</P>", asset.CSS: "A { COLOR: #FF0000 }", asset.JavaScript: "let  a = 'x' ;",
		asset.SVG: "<svg> <path d='M 1.0 2.0'/> </svg>", asset.JSON: "{ \"a\" : 1 }",
	} {
		in := []byte(src)
		if _, err := asset.Minify(kind, in); err != nil || string(in) != src {
			t.Errorf("%s: source became %s, %v", kind, in, err)
		}
	}
}

func TestMinifyOnManyGoroutines(t *testing.T) {
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 50 {
				out, err := asset.Minify(asset.HTML, []byte("<style>a { margin: 0.50em }</style><svg><path d='M 1.0 2.0'/></svg><p>x</p>"))
				if _, err := asset.Minify(asset.JSON, []byte("[ 1.0 ]")); err != nil {
					t.Error(err)
				}
				if _, err := asset.Minify(asset.JavaScript, []byte("let a = 1.0")); err != nil {
					t.Error(err)
				}
				if want := `<style>a{margin:.5em}</style><svg><path d="M1 2"/></svg><p>x</p>`; err != nil || string(out) != want {
					t.Errorf("%s, %v", out, err)
					return
				}
			}
		})
	}
	group.Wait()
}

func TestMinifyErrors(t *testing.T) {
	if _, err := asset.Minify("text/plain", nil); err == nil || err.Error() != `no minifier for "text/plain"` {
		t.Errorf("unknown kind: %v", err)
	}
	_, err := asset.Minify(asset.JavaScript, []byte("let a = 1;\nlet b = = 2;\n"))
	var fault *asset.Error
	if !errors.As(err, &fault) || fault.Line != 2 || fault.Column != 9 || fault.Text == "" {
		t.Errorf("%#v", err)
	}
}

func TestFingerprint(t *testing.T) {
	const sum = ".2cf24dba" // of "hello"
	for name, want := range map[string]string{
		"style.css": "style" + sum + ".css", "js/app.min.js": "js/app.min" + sum + ".js", "LICENSE": "LICENSE" + sum,
		".htaccess": ".htaccess" + sum, "v1.2/data": "v1.2/data" + sum,
	} {
		if got := asset.Fingerprint(name, []byte("hello")); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

func TestSet(t *testing.T) {
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	set, err := asset.NewSet(fstest.MapFS{
		"css/site.css": file("a { color: red }"), "app.js": file("alert( 1 )"), "icons/a.png": file("\x89PNG "),
		"icons.svg": file("<svg> </svg>"), ".hidden/x.css": file("}{"), "css/.swp": file(""),
	}, map[string]string{"css/site.css": "b { color: blue }"})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, a := range set.All() {
		got = append(got, a.Name+" "+string(a.Content))
		if a.Output != asset.Fingerprint(a.Name, a.Content) {
			t.Errorf("%s is published as %s", a.Name, a.Output)
		}
	}
	want := []string{"app.js alert(1)", "css/site.css a{color:red}b{color:blue}", "icons.svg <svg/>", "icons/a.png \x89PNG "}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if a, ok := set.Lookup("css/site.css"); !ok || a.Name != "css/site.css" {
		t.Errorf("Lookup: %+v, %v", a, ok)
	}
	if a, ok := set.Lookup("site.css"); ok {
		t.Errorf("Lookup of nothing: %+v", a)
	}
}

func TestSetNamesEveryFault(t *testing.T) {
	_, err := asset.NewSet(fstest.MapFS{
		"b.js": {Data: []byte("let = = 1")}, "a.js": {Data: []byte("ok()")}, "a/x.js": {Data: []byte("\nf(")},
	}, nil)
	want := "a/x.js:2:3: expected ) instead of EOF in arguments\nb.js:1:7: unexpected = in expression"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}
