package cli

import "github.com/spf13/cobra"

func (p *program) lookup() *cobra.Command { return &cobra.Command{Use: "lookup"} }
