# Reads texts, each a JSON string on a line, writes what Asciidoctor makes of
# each likewise.
require 'asciidoctor'
require 'json'

$stdout.sync = true
$stdin.each_line { |line| puts JSON.generate(Asciidoctor.convert(JSON.parse(line), safe: :secure)) }
