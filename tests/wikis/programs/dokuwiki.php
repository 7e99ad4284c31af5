<?php
// Reads texts, each a JSON string on a line, writes what DokuWiki makes of each
// likewise. Its arguments: the folders of DokuWiki and of its data.

define('DOKU_INC', "$argv[1]/");
define('NOSESSION', 1);
$data = $argv[2];
foreach (['', 'conf', 'pages', 'cache', 'index', 'locks', 'log', 'media', 'attic', 'media_attic', 'meta', 'media_meta', 'tmp'] as $name) {
    @mkdir("$data/$name");
}
foreach (glob(DOKU_INC . 'conf/*') as $file) {
    copy($file, "$data/conf/" . basename($file));
}
file_put_contents("$data/conf/local.php", '<?php $conf["savedir"] = ' . var_export($data, true) . '; $conf["useacl"] = 0;');
define('DOKU_CONF', "$data/conf/");
$argv = [$argv[0]];
error_reporting(E_ERROR);
require_once DOKU_INC . 'inc/init.php';

while (($line = fgets(STDIN)) !== false) {
    print json_encode(p_render('xhtml', p_get_instructions(json_decode($line)), $info)) . "\n";
    flush();
}
