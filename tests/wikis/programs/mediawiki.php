<?php
// Reads wikitexts, each a JSON string on a line, writes what MediaWiki makes of
// each likewise. Its arguments: --conf LocalSettings.php MEDIAWIKI.

$root = end( $argv );
require_once "$root/maintenance/Maintenance.php";

class Texts extends Maintenance {
	public function __construct() {
		parent::__construct();
		$this->addArg( 'folder', 'where MediaWiki is' );
	}

	public function execute() {
		$parser = MediaWiki\MediaWikiServices::getInstance()->getParserFactory()->create();
		$options = ParserOptions::newFromAnon();
		$options->setOption( 'enableLimitReport', false );
		while ( ( $line = fgets( STDIN ) ) !== false ) {
			$page = $parser->parse( json_decode( $line ), Title::newFromText( 'Table' ), $options );
			print json_encode( $page->getText( [ 'wrapperDivClass' => '' ] ) ) . "\n";
			flush();
		}
	}
}

$maintClass = Texts::class;
require_once RUN_MAINTENANCE_IF_MAIN;
