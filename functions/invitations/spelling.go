package main

import (
	"strings"

	"vestibule/shared/words"
)

// The words by which letters are told on the telephone: DIN 5009 in German, the Norwegian and the Danish table, the ICAO alphabet in
// English. Only letters that a code can hold.
var spellings = map[words.Lang]string{
	"de": "Aachen Berlin Chemnitz Düsseldorf Essen Frankfurt Goslar Hamburg Jena Köln München Nürnberg Potsdam Quickborn Rostock Salzwedel Tübingen Völklingen Wuppertal Xanten Ypsilon Zwickau",
	"nb": "Anna Bernhard Caesar David Edith Fredrik Gustav Harald Johan Karin Martin Nils Petter Quintus Rikard Sigrid Teodor Enkel-V Dobbelt-W Xerxes Yngling Zakarias",
	"da": "Anna Bernhard Cecilie David Erik Frederik Georg Hans Johan Karen Marie Nikolaj Peter Quintus Rasmus Søren Theodor Viggo William Xerxes Yrsa Zackarias",
	"en": "Alfa Bravo Charlie Delta Echo Foxtrot Golf Hotel Juliett Kilo Mike November Papa Quebec Romeo Sierra Tango Victor Whiskey X-ray Yankee Zulu",
}

const spelled = "ABCDEFGHJKMNPQRSTVWXYZ"

// spelling tells each character of a code as one says it on the telephone; digits are said as they are.
func spelling(lang words.Lang, groups []string) []string {
	table := strings.Fields(spellings[lang])
	var told []string
	for _, r := range strings.Join(groups, "") {
		if i := strings.IndexRune(spelled, r); i >= 0 {
			told = append(told, string(r)+" – "+table[i])
			continue
		}
		told = append(told, string(r))
	}
	return told
}
