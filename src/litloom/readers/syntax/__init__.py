"""Records of JSON, XML, tagged lines and BibTeX, whatever they are about."""
