{{ $p := index hugo.Data.products .Params.data }}# {{ $p.name }}
{{ range $id, $f := $p.flow }}{{ if ne $f.need "forbidden" }}{{ range split $f.ports " " }}{{ $t := split . "/" }}New-NetFirewallRule -Name 'ports-{{ $id }}' -Direction Inbound -Protocol {{ upper (index $t 0) }} -LocalPort '{{ index $t 1 }}' -Action Allow
{{ end }}{{ end }}{{ end }}
