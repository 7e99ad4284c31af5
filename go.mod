module portolan

go 1.26

require (
	github.com/gomarkdown/markdown v0.0.0-20260411013819-759bbc3e3207
	github.com/google/go-cmp v0.7.0
	github.com/yuin/goldmark v1.8.7
)
