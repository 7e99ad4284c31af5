package verify

import _ "embed"

// The part of each file that is the same in all. Where package embed is too
// much, builder/pack puts the texts here by itself.
var (
	//go:embed engine.bash
	bashEngine string
	//go:embed engine.nmap.sh
	nmapEngine string
	//go:embed engine.ps1
	powershellEngine string
)
