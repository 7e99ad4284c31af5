package cli

import "github.com/spf13/cobra"

func (p *program) serve() *cobra.Command { return &cobra.Command{Use: "serve"} }
