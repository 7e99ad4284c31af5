// Portolan turns what vendors say about firewall ports into a site.
package main

import (
	"os"

	"portolan/generator/cli"
)

func main() { os.Exit(cli.Main(builtin, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }
