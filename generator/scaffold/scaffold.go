// Package scaffold writes the first text of new files: a site, a product, a
// network. What it writes is valid as it is, and says in comments what to do
// with it. It touches no file itself.
package scaffold

import (
	"embed"
	"strings"
)

// File is a file to be made.
type File struct {
	// Path is below the site's folder, with slashes.
	Path, Text string
}

// texts are the files as they are written, but for {slug} and {name}.
//
//go:embed text
var texts embed.FS

func text(name string) string {
	b, err := texts.ReadFile("text/" + name)
	if err != nil {
		panic(err) // it is in the program
	}
	return string(b)
}

// Site is a site with an example product, to be built at once.
func Site() []File {
	return []File{
		{".gitignore", "/public/\n"},
		{"content/about.md", text("about.md")},
		Product("example-server"),
		{"data/site.toml", text("site.toml")},
	}
}

// Product is a product's file. The slug is valid ([catalog.ValidID]).
func Product(slug string) File {
	return File{"data/products/" + slug + ".toml", strings.NewReplacer("{slug}", slug, "{name}", quote(title(slug))).Replace(text("product.toml"))}
}

// title is a slug as a name: "Example Server".
func title(slug string) string {
	words := strings.Split(slug, "-")
	for i, w := range words {
		words[i] = strings.ToUpper(w[:1]) + w[1:]
	}
	return strings.Join(words, " ")
}

// quote is a text as a basic string of TOML.
func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// list is texts as an array of TOML, a single one as it is.
func list(texts []string) string {
	quoted := make([]string, len(texts))
	for i, s := range texts {
		quoted[i] = quote(s)
	}
	if len(quoted) == 1 {
		return quoted[0]
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}
