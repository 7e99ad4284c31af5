package catalog

import "slices"

// Acceptance says why a warning about a file may stand: the checks leave it
// out, and what they advise stays beside the row.
type Acceptance struct {
	// Code is the warning's, which names it in brackets.
	Code string `toml:",key"`
	// Reason is why it stands.
	Reason string `toml:"reason,required"`
}

// accepts holds a file's acceptances against the warnings that there are.
func (a at) accepts(list []Acceptance) {
	codes := WarningCodes()
	for i := range list {
		if code := list[i].Code; !slices.Contains(codes, code) {
			a.unknown("accept."+code, "warning", code, codes)
		}
	}
}
